import { MicMeter } from '@sylk/client';
import { useEffect, useState } from 'react';
import { useRoom } from './session';

const READ_MS = 100;
const LOUD = 0.55;
const LOUD_FOR_MS = 1000;
const SHOWN_MS = 5000;

/** True while somebody talks into a muted microphone: loud for a second, then shown for five. */
export function useMutedHint(): boolean {
  const muted = useRoom((s) => s.local.sources.microphone === 'muted');
  const track = useRoom((s) => s.local.microphoneTrack);
  const [hint, setHint] = useState(false);
  useEffect(() => {
    if (!muted || !track) return setHint(false);
    const meter = new MicMeter(track);
    let loudMs = 0;
    let hideAt = 0;
    const timer = setInterval(() => {
      loudMs = meter.read().level >= LOUD ? loudMs + READ_MS : Math.max(0, loudMs - READ_MS);
      if (loudMs >= LOUD_FOR_MS) hideAt = performance.now() + SHOWN_MS;
      setHint(performance.now() < hideAt);
    }, READ_MS);
    return () => {
      clearInterval(timer);
      meter.close();
    };
  }, [muted, track]);
  return hint;
}
