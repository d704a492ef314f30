"""`python -m keras_gan` is the command `keras-gan`."""

from keras_gan.cli import main

main()
