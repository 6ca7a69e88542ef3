# SPDX-License-Identifier: Apache-2.0
"""The data types of checkpoints in numpy."""

from __future__ import annotations

from typing import Any, Optional

# What numpy has itself.
_PLAIN = {
    "bool": "?", "int8": "i1", "int16": "<i2", "int32": "<i4", "int64": "<i8",
    "uint8": "u1", "uint16": "<u2", "uint32": "<u4", "uint64": "<u8",
    "float16": "<f2", "float32": "<f4", "float64": "<f8", "complex64": "<c8", "complex128": "<c16",
}  # fmt: skip
# What `ml_dtypes` has, by the same name; the bits, where it is not there.
_EXTENDED = {
    "bfloat16": "<u2", "float8_e4m3fn": "u1", "float8_e5m2": "u1", "float8_e4m3fnuz": "u1", "float8_e5m2fnuz": "u1",
    "float8_e8m0fnu": "u1",
}  # fmt: skip
# Bits alone: halves of complex numbers, and packed elements, of which no numpy has a type.
_BITS = {
    "complex32": "<u4", "bcomplex32": "<u4", "float4_e2m1fn_x2": "u1",
    "bits8": "u1", "bits16": "<u2", "bits1x8": "u1", "bits2x4": "u1", "bits4x2": "u1",
}  # fmt: skip


def numpy_dtype(name: str) -> Optional[Any]:
    """The numpy type of elements of type `name` (PyTorch's, without prefix); None where there is none."""
    import numpy

    if name in _PLAIN:
        return numpy.dtype(_PLAIN[name])
    if name in _EXTENDED:
        try:
            import ml_dtypes

            return numpy.dtype(getattr(ml_dtypes, name))
        except (ImportError, AttributeError):
            return numpy.dtype(_EXTENDED[name])
    return numpy.dtype(_BITS[name]) if name in _BITS else None
