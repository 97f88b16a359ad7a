"""Runs as TensorBoard's event files, without TensorFlow or TensorBoard."""
