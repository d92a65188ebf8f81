"""Mono sound of any rate to 48 kHz, 16-bit wave files. Python's standard library only."""
import array
import math
import wave
from math import gcd
from operator import mul

RATE = 48000
TAPS = 20


def resample(samples, rate):
    """Polyphase windowed sinc; the filter of each of the up phases is made once."""
    if rate == RATE:
        return list(samples)
    up, down = RATE // gcd(rate, RATE), rate // gcd(rate, RATE)
    filters = [phase_filter(phase / up) for phase in range(up)]
    half = TAPS // 2
    padded = [0.0] * half + list(samples) + [0.0] * (half + 1)
    count = len(samples) * up // down
    made = [0.0] * count
    for i in range(count):
        whole, phase = divmod(i * down, up)
        made[i] = sum(map(mul, padded[whole + 1:whole + 1 + TAPS], filters[phase]))
    return made


def phase_filter(fraction):
    """Taps around a point between two samples, with a Hann window; they add up to 1."""
    half = TAPS // 2
    taps = []
    for tap in range(TAPS):
        distance = tap - (half - 1) - fraction
        sinc = 1.0 if abs(distance) < 1e-9 else math.sin(math.pi * distance) / (math.pi * distance)
        window = 0.5 + 0.5 * math.cos(math.pi * distance / (half + 0.5))
        taps.append(sinc * window)
    total = sum(taps)
    return [tap / total for tap in taps]


def write(path, samples):
    """Samples are ±1 at 48 kHz."""
    data = array.array("h", (max(-32768, min(32767, round(sample * 32767))) for sample in samples))
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(data.tobytes())


def peak_to(samples, decibels):
    """Scales so that the loudest sample is at so many dBFS."""
    peak = max((abs(sample) for sample in samples), default=0) or 1
    gain = 10 ** (decibels / 20) / peak
    return [sample * gain for sample in samples]
