"""What a player measures of what it received: frames, their colour, and the tone it heard. Printed as one line of JSON."""
import json
import sys
import time

import numpy


class Heard:
    def __init__(self):
        self.frames, self.first, self.last = 0, None, None
        self.colours, self.samples, self.rate = [], [], 48000
        self.ended = False

    def picture(self, rgb):
        """rgb: array of height x width x 3."""
        self.frames += 1
        self.last = time.monotonic()
        self.first = self.first or self.last
        if self.frames % 10 == 0:
            self.colours.append(rgb.reshape(-1, 3).mean(axis=0))

    def sound(self, samples, rate):
        """samples: one channel of signed 16-bit."""
        self.rate = rate
        self.samples.append(numpy.asarray(samples, dtype=numpy.float64).reshape(-1))

    def tone(self):
        """The strongest frequency of the last second and a half, in Hz; 0 in silence."""
        if not self.samples:
            return 0
        tail = numpy.concatenate(self.samples)[-int(1.5 * self.rate):]
        if len(tail) < self.rate or numpy.abs(tail).max() < 300:
            return 0
        spectrum = numpy.abs(numpy.fft.rfft(tail * numpy.hanning(len(tail))))
        return round(float(spectrum.argmax()) * self.rate / len(tail), 1)

    def report(self):
        seconds = self.last - self.first if self.frames > 1 else 0
        colour = [round(float(c)) for c in numpy.median(self.colours, axis=0)] if self.colours else None
        json.dump({
            'frames': self.frames, 'framesPerSecond': round((self.frames - 1) / seconds, 1) if seconds else 0,
            'colour': colour, 'tone': self.tone(), 'ended': self.ended,
        }, sys.stdout)
        print(flush=True)
