"""The order of the examples: Python's own shuffle, number for number, without leaving the loop over the epochs.

Plain functions of arrays, compiled and as they stand, as in interpreter.py.
"""

# The compiler finds the types by itself.
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

__all__ = ["shuffle_all"]

_ALL = 0xFFFFFFFF


def mix(mt, at, factor):
    """Mix a number of the generator's state with the one before it."""
    return mt[at] ^ ((mt[at - 1] ^ (mt[at - 1] >> 30)) * factor)


def shuffle(order, key, mt):
    """Put 0, 1, 2, ... in the order of `random.Random(text).shuffle`; `key` is the text's number of words, then they.

    Source: M. Matsumoto, T. Nishimura (1998), Mersenne twister, with the seeding by an array of 2002.
    """
    words = key[0]
    mt[0] = 19650218
    for at in range(1, 624):
        mt[at] = (1812433253 * (mt[at - 1] ^ (mt[at - 1] >> 30)) + at) & _ALL
    at, word = 1, 0
    for _ in range(max(624, words)):
        mt[at] = (mix(mt, at, 1664525) + key[1 + word] + word) & _ALL
        at, word = at + 1, word + 1
        if at == 624:
            mt[0], at = mt[623], 1
        if word == words:
            word = 0
    for _ in range(623):
        mt[at] = (mix(mt, at, 1566083941) - at) & _ALL
        at += 1
        if at == 624:
            mt[0], at = mt[623], 1
    mt[0] = 0x80000000
    used, count = 624, order.shape[0]
    for k in range(count):
        order[k] = k
    for k in range(count - 1, 0, -1):
        bits = 1
        while (k + 1) >> bits:
            bits += 1
        drawn = k + 1
        while drawn > k:
            if used == 624:
                twist(mt)
                used = 0
            number = mt[used]
            used += 1
            number ^= number >> 11
            number ^= (number << 7) & 0x9D2C5680
            number ^= (number << 15) & 0xEFC60000
            number ^= number >> 18
            drawn = number >> (32 - bits)
        order[k], order[drawn] = order[drawn], order[k]


def twist(mt):
    """Make the generator's next 624 numbers."""
    for at in range(624):
        both = (mt[at] & 0x80000000) | (mt[(at + 1) % 624] & 0x7FFFFFFF)
        mt[at] = mt[(at + 397) % 624] ^ (both >> 1) ^ (0x9908B0DF if both & 1 else 0)


def shuffle_all(orders, keys, mt):
    """Shuffle every row, each seeded by a key."""
    for row in range(orders.shape[0]):
        shuffle(orders[row], keys[row], mt)
