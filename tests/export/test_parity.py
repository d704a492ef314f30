"""How far an exported file may be from its model."""

import numpy as np
import pytest

from keras_gan.export.parity import compare

ZEROS = np.zeros((4, 28, 28, 1))


def one_pixel(by):
    moved = ZEROS.copy()
    moved[0, 3, 3, 0] = by
    return moved


def test_in_half_precision_a_pixel_may_move_and_a_picture_may_not():
    compare("samples", one_pixel(0.2), ZEROS, 0.05, half=True)
    with pytest.raises(RuntimeError, match=r"2\.0e-01"):
        compare("samples", one_pixel(0.2), ZEROS, 0.05)
    for wrong in (one_pixel(0.6), ZEROS + 0.06, one_pixel(np.nan), ZEROS[:2]):
        with pytest.raises(RuntimeError, match="must equal"):
            compare("samples", wrong, ZEROS, 0.05, half=True)
