"""Tones and music on hold, made from sines: synth.py FOLDER."""
import math
import os
import sys

import wav48

RATE = 24000
A4 = 440.0


def hertz(note):
    """Of a MIDI note number."""
    return A4 * 2 ** ((note - 69) / 12)


def add_note(into, at, note, seconds, strength, attack):
    """A soft struck sine with two overtones; wraps round the end, so that the loop has no seam."""
    count = int(seconds * RATE)
    for overtone, share in ((1, 1.0), (2, 0.22), (3, 0.06)):
        step = 2 * math.pi * hertz(note) * overtone / RATE
        turn, before, last = 2 * math.cos(step), -math.sin(step), 0.0
        decay, rise, level = math.exp(-3.2 * overtone ** 0.5 / count), 1 / (attack * RATE), strength * share
        for i in range(count):
            last, before = turn * last - before, last
            fade = min(1.0, i * rise, (count - i) / (0.05 * RATE))
            into[(at + i) % len(into)] += before * level * fade
            level *= decay


CHORDS = ((48, 55, 60, 64, 71), (45, 52, 60, 64, 67), (41, 53, 57, 60, 64), (43, 50, 59, 62, 64))
MELODY = (76, 0, 79, 74, 0, 72, 0, 76, 0, 72, 69, 0, 71, 0, 74, 0)


def music():
    """Four chords of four seconds, twice, with a slow melody above."""
    bar = 4 * RATE
    made = [0.0] * (8 * bar)
    for number in range(8):
        chord = CHORDS[number % 4]
        for i, note in enumerate(chord):
            add_note(made, number * bar + i * RATE // 4, note, 4.5, 0.30 if i else 0.45, 0.08)
            if i:
                add_note(made, number * bar + 2 * RATE + i * RATE // 4, note, 3.0, 0.16, 0.08)
        for i in range(2):
            note = MELODY[(number * 2 + i) % len(MELODY)]
            if note:
                add_note(made, number * bar + i * 2 * RATE + RATE // 2, note, 3.0, 0.22, 0.03)
    # Resampled with its neighbours on both sides, so that the loop has no seam.
    return wav48.peak_to(wav48.resample(made[-32:] + made + made[:32], RATE)[64:-64], -1)


def tone(notes):
    """Short notes one after the other."""
    made = [0.0] * int(RATE * (0.14 * len(notes) + 0.25))
    for i, note in enumerate(notes):
        add_note(made, int(0.14 * i * RATE), note, 0.24, 0.5, 0.006)
    return wav48.peak_to(wav48.resample(made, RATE), -14)


def main(folder):
    os.makedirs(folder, exist_ok=True)
    for name, samples in (
        ("join-tone", tone((72, 79))),
        ("leave-tone", tone((79, 72))),
        ("beep", tone((76,))),
        ("music", music()),
    ):
        wav48.write(os.path.join(folder, name + ".wav"), samples)


if __name__ == "__main__":
    main(sys.argv[1])
