"""Speaks prompts.txt with espeak-ng: speak.py PROMPTS FOLDER. Files whose text is as it was are kept."""
import array
import concurrent.futures
import hashlib
import io
import os
import subprocess
import sys
import wave

import wav48

SPEECH_DB = -20
PEAK_DB = -3
MARGIN = 0.04


def read(path):
    """(voice, {name: text}) of a prompts.txt."""
    lines = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            name, equals, text = line.partition("=")
            if equals and not line.lstrip().startswith("#"):
                lines[name.strip()] = text.strip()
    voice, numbers = lines.pop("voice"), lines.pop("numbers", "")
    for part in filter(None, numbers.split(",")):
        first, _, last = part.partition("-")
        for number in range(int(first), int(last or first) + 1):
            lines[f"n{number}"] = str(number)
    return voice, lines


def speak(voice, text):
    """Samples at 48 kHz, trimmed, at an even loudness."""
    sound = subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "--stdout", text], check=True, capture_output=True).stdout
    # The header's length is that of a stream: the data is all that follows it.
    with wave.open(io.BytesIO(sound)) as file:
        rate = file.getframerate()
    samples = [value / 32768 for value in array.array("h", sound[44:len(sound) & ~1])]
    return level(wav48.resample(trim(samples, rate), rate))


def trim(samples, rate):
    loud = [i for i, sample in enumerate(samples) if abs(sample) > 0.003]
    if not loud:
        return samples
    margin = int(MARGIN * rate)
    return samples[max(0, loud[0] - margin):loud[-1] + margin]


def level(samples):
    spoken = [sample for sample in samples if abs(sample) > 0.01]
    power = sum(sample * sample for sample in spoken) / max(1, len(spoken))
    gain = min(10 ** (SPEECH_DB / 20) / max(1e-6, power ** 0.5), 10 ** (PEAK_DB / 20) / max(1e-6, max(map(abs, samples), default=0)))
    return [sample * gain for sample in samples]


def make(job):
    voice, name, text, folder = job
    wav48.write(os.path.join(folder, name + ".wav"), speak(voice, text))


def main(prompts, folder):
    voice, lines = read(prompts)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(os.path.dirname(__file__), "speak.py"), "rb") as own:
        recipe = hashlib.sha256(own.read()).hexdigest()
    jobs = []
    for name, text in lines.items():
        mark = os.path.join(folder, f".{name}")
        want = hashlib.sha256(f"{recipe} {voice} {text}".encode()).hexdigest()
        if os.path.exists(mark) and os.path.exists(os.path.join(folder, name + ".wav")):
            with open(mark, encoding="ascii") as file:
                if file.read() == want:
                    continue
        jobs.append((mark, want, (voice, name, text, folder)))
    with concurrent.futures.ProcessPoolExecutor() as pool:
        for (mark, want, _), _ in zip(jobs, pool.map(make, [job for _, _, job in jobs])):
            with open(mark, "w", encoding="ascii") as file:
                file.write(want)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
