import type { StatsLine, StatsSheet } from '@sylk/client';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { QualityBars } from './QualityMark';
import { qualityWords } from './quality';
import { useRoom, useSession } from './session';
import { layerWords, lineNumbers, rate } from './statsWords';
import styles from './StatsPanel.module.css';

const READ_MS = 2000;

/** The server's numbers, read while somebody looks at them. */
export function useServerSheet(): StatsSheet | null {
  const session = useSession();
  const [sheet, setSheet] = useState<StatsSheet | null>(null);
  useEffect(() => {
    let gone = false;
    const read = (): void => void session.invoke('ReadStats', {}).then((value) => !gone && setSheet(value ?? null), () => undefined);
    read();
    const timer = setInterval(read, READ_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [session]);
  return sheet;
}

/** One's own connection, each way, in words. */
export function OwnQuality(): React.JSX.Element {
  const { t } = useTranslation();
  const both = useRoom((s) => s.room.quality[s.room.selfId]);
  return (
    <div className={styles.quality}>
      {(['up', 'down'] as const).map((way) => (
        <p key={way} data-way={way}><QualityBars score={both?.[way]?.score ?? 5} /><span><b>{t(`stats.way.${way}`)}</b> {qualityWords(t, both?.[way])}</span></p>
      ))}
    </div>
  );
}

/** How what people send arrives at the server: one row for each of their sources, ours included. */
export function Arriving({ sheet }: { sheet: StatsSheet }): React.JSX.Element | null {
  const { t } = useTranslation();
  const participants = useRoom((s) => s.room.participants);
  const selfId = useRoom((s) => s.room.selfId);
  const quality = useRoom((s) => s.room.quality);
  const lines = sheet.lines.filter((l) => l.direction === 'up');
  if (lines.length === 0) return null;
  const name = (line: StatsLine): string => (line.participantId === selfId ? t('room.youShort') : (participants[line.participantId]?.displayName ?? ''));
  return (
    <>
      <h3 className={styles.heading}>{t('stats.arriving')}</h3>
      <ul className={styles.rows}>
        {lines.map((l) => (
          <li key={l.trackId}>
            <b><QualityBars score={quality[l.participantId]?.up?.score ?? 5} size={13} /><span className="visually-hidden">{qualityWords(t, quality[l.participantId]?.up)}. </span>{name(l)} · {t(`stats.source.${l.source}`)}</b>
            <span>{rate(l.bitrateBps)}</span>
            <small>{[layerWords(t, l), ...lineNumbers(t, l)].filter(Boolean).join(' · ')}</small>
          </li>
        ))}
      </ul>
    </>
  );
}
