"""TensorBoard event files, as TensorFlow, Keras, PyTorch, Lightning and tensorboardX write them."""
