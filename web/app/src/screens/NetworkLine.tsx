import { testNetwork, type NetworkVerdict } from '@sylk/client';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hubFactory, HUB_URL } from '../hub';
import styles from './Lobby.module.css';

const SLOW_MS = 300;

/** Pure: which sentence says it. */
export function networkWord({ path, rttMs }: NetworkVerdict): 'good' | 'slow' | 'tcp' | 'none' | 'unknown' {
  return path === 'udp' ? ((rttMs ?? 0) > SLOW_MS ? 'slow' : 'good') : path;
}

/** More than this is heard and seen. */
const NOTABLE_LOSS = 2;

/** One line about the way to the media port. It informs; joining never waits for it. */
export function NetworkLine(): React.JSX.Element | null {
  const { t } = useTranslation();
  const [verdict, setVerdict] = useState<NetworkVerdict | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    void hubFactory()
      .then((hub) => testNetwork({ url: HUB_URL, ...hub, signal: stop.signal }))
      .then((found) => !stop.signal.aborted && setVerdict(found));
    return () => stop.abort();
  }, []);
  const word = verdict ? networkWord(verdict) : 'testing';
  return (
    <p className={styles.fact} role="status" data-network={word}>
      <i className={styles.dot} aria-hidden="true" />
      <span>{t(`lobby.network.${word}`)}{word === 'good' && verdict?.rttMs !== null ? ` · ${t('lobby.network.rtt', { ms: verdict?.rttMs })}` : ''}{(verdict?.lossPercent ?? 0) >= NOTABLE_LOSS ? ` · ${t('lobby.network.loss', { percent: verdict?.lossPercent })}` : ''}</span>
    </p>
  );
}
