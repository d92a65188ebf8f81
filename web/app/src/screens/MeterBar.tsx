import { MicMeter } from '@sylk/client';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './Lobby.module.css';

const READ_MS = 60;
const CLIP_SHOWN_MS = 800;

/** Five bars beside the microphone; written straight to the element, so a moving level renders nothing. */
export function MeterBar({ track }: { track: MediaStreamTrack | null }): React.JSX.Element {
  const { t } = useTranslation();
  const ref = useRef<HTMLSpanElement>(null);
  const [clipping, setClipping] = useState(false);
  useEffect(() => {
    if (!track) return;
    const meter = new MicMeter(track);
    let clippedAt = -Infinity;
    const timer = setInterval(() => {
      const reading = meter.read();
      if (reading.clipping) clippedAt = performance.now();
      setClipping(performance.now() - clippedAt < CLIP_SHOWN_MS);
      const element = ref.current;
      if (!element) return;
      element.style.setProperty('--level', String(reading.level));
      element.setAttribute('aria-valuenow', String(Math.round(reading.level * 100)));
    }, READ_MS);
    return () => {
      clearInterval(timer);
      meter.close();
      // What was heard last must not stand there while nothing is heard.
      ref.current?.style.setProperty('--level', '0');
      ref.current?.setAttribute('aria-valuenow', '0');
      setClipping(false);
    };
  }, [track]);
  return (
    <span ref={ref} role="meter" aria-label={t('lobby.meter')} aria-valuemin={0} aria-valuemax={100} aria-valuenow={0} className={styles.meter} data-clipping={clipping || undefined} title={clipping ? t('lobby.clipping') : undefined}>
      {[0, 1, 2, 3, 4].map((i) => <i key={i} />)}
    </span>
  );
}
