"""The formats on disk, one module for each kind of file: encode and decode, no policy. FORMAT.md describes them."""
