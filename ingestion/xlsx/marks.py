"""The bytes of a worksheet's rows by their places: tags, words and numbers, all cells at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

# What is compared at once, and so what may be read behind the last byte.
WORD = 8
# A cell is looked at with so many tags behind it.
_BEHIND = 4
# Longer pieces are not compared by words.
_LONGEST_SAME = 256


@dataclass(frozen=True)
class Pieces:
    """A block with the `places` of its tags and their first signs; which `cells` are of these,
    their `starts`, and the `ends` of what belongs to each."""

    block: bytes
    signs: npt.NDArray[np.uint8]
    words: Words
    places: Places
    tags: Words
    cells: Places
    starts: Places
    ends: Places

    def at(self, places: Places, written: str) -> Flags:
        """Where this stands at the places."""
        found: Flags = (self.words[places] & mask(written)) == word(written)
        return found

    def tagged(self, behind: int, written: str) -> Flags:
        """Where this is the tag so many behind that of the cell."""
        found: Flags = (self.tags[self.cells + behind] & mask(written)) == word(written)
        return found


def word(written: str) -> np.uint64:
    """At most eight characters as they stand in `Pieces.words`, under their mask."""
    return np.uint64(int.from_bytes(written.encode(), "little"))


def mask(written: str) -> np.uint64:
    return np.uint64((1 << 8 * len(written)) - 1)


def pieces_of(block: bytes) -> Pieces | None:
    """None without any cell."""
    padded = block + bytes(2 * WORD)
    signs = np.frombuffer(padded, np.uint8)
    words: Words = np.ndarray((len(padded) - WORD + 1,), "<u8", padded, 0, (1,))
    found = np.append(np.flatnonzero(signs == ord("<")), [len(block)] * _BEHIND)
    tags = words[found]
    cells = np.flatnonzero((tags & mask("<c ")) == word("<c "))
    if not cells.size:
        return None
    starts = found[cells]
    ends = np.append(starts[1:], len(block))
    return Pieces(block, signs, words, found, tags, cells, starts, ends)


def distinct(piece: Pieces, starts: Places, ends: Places) -> set[bytes]:
    """What stands between these places; nearly always the same."""
    if not starts.size:
        return set()
    sizes = ends - starts
    first, size = int(starts[0]), int(sizes[0])
    odd = sizes != size
    for offset in range(0, size if size <= _LONGEST_SAME else 0, WORD):
        left = np.uint64((1 << 8 * min(size - offset, WORD)) - 1)
        found = piece.words[np.minimum(starts + offset, len(piece.block))]
        odd |= (found ^ piece.words[first + offset]) & left != 0
    if size > _LONGEST_SAME:
        odd[:] = True
    bounds = zip(starts[odd].tolist(), ends[odd].tolist(), strict=True)
    return {piece.block[start:end] for start, end in [(first, first + size), *bounds]}


def numbers_at(piece: Pieces, place: Places, longest: int) -> tuple[Places, Places]:
    """The whole number at each place, -1 without a digit, and the place behind it."""
    number, start = np.zeros(place.size, np.int64), place
    going = np.ones(place.size, np.bool_)
    for _ in range(longest):
        sign = piece.signs[place]
        going &= (sign >= ord("0")) & (sign <= ord("9"))
        if not going.any():
            break
        number = np.where(going, number * 10 + sign - ord("0"), number)
        place = place + going
    return np.where(place > start, number, -1), place


def digits_of(numbers: Places) -> tuple[Words, Words, Places]:
    """How the numbers are written with a quotation mark behind: as words, their masks, lengths."""
    words = np.full(numbers.size, ord('"'), np.uint64)
    masks, lengths = np.full(numbers.size, 255, np.uint64), np.ones(numbers.size, np.int64)
    left = numbers.astype(np.uint64)
    while (more := left > 0).any():
        words = np.where(more, words << np.uint64(8) | left % np.uint64(10) + np.uint64(48), words)
        masks = np.where(more, masks << np.uint64(8) | np.uint64(255), masks)
        lengths += more
        left = left // np.uint64(10)
    return words, masks, lengths
