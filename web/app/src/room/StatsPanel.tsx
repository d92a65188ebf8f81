import type { LinkStats, SendStats, SlotStats, StatsSheet } from '@sylk/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import { SidePanel } from './SidePanel';
import { Arriving, OwnQuality, useServerSheet } from './ServerNumbers';
import { useRoom, useSession } from './session';
import { layerWords, lineNumbers, rate, size } from './statsWords';
import styles from './StatsPanel.module.css';

/** Sound first, then pictures from large to small. */
const byQuality = (a: SendStats, b: SendStats): number => a.kind.localeCompare(b.kind) || b.height - a.height || 'hml'.indexOf(a.rid) - 'hml'.indexOf(b.rid);

export function StatsPanel({ onClose }: { onClose: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const stats = useRoom((s) => s.stats);
  const [copied, setCopied] = useState(false);
  const { link, store } = useSession();
  const sheet = useServerSheet();
  const copy = (): void => {
    const { room } = store.snapshot;
    const report = { at: new Date().toISOString(), sessionId: room.sessionId, selfId: room.selfId, rev: room.rev, counters: link?.counters, quality: room.quality, stats, server: sheet };
    void navigator.clipboard.writeText(JSON.stringify(report, null, 2)).then(() => setCopied(true));
  };
  return (
    <SidePanel id="stats" title={t('stats.title')} onClose={onClose} foot={<Button size="s" icon={copied ? 'check' : 'copy'} onPress={copy}>{t(copied ? 'stats.copied' : 'stats.copy')}</Button>}>
      {stats ? <Numbers stats={stats} sheet={sheet} /> : <p className={styles.wait}>{t('stats.wait')}</p>}
    </SidePanel>
  );
}

function Numbers({ stats, sheet }: { stats: LinkStats; sheet: StatsSheet | null }): React.JSX.Element {
  const { t } = useTranslation();
  const { link } = useSession();
  const participants = useRoom((s) => s.room.participants);
  const slots = useRoom((s) => s.room.slots);
  // A slot that carried somebody once keeps its counters; what is shown is what it carries now.
  const carrying = stats.receive.filter((s) => slots[s.mid]?.participantId);
  const nameOf = (mid: string): string => participants[slots[mid]?.participantId ?? '']?.displayName ?? mid;
  const received = (s: SlotStats): string => {
    const line = sheet?.lines.find((l) => l.direction === 'down' && l.mid === s.mid);
    const numbers = lineNumbers(t, { ...s, rttMs: line?.rttMs ?? stats.rttMs, redundant: line?.redundant ?? 0 });
    return [s.codec, size(s), layerWords(t, line), ...numbers, `${t('stats.buffer')}\u00a0${s.bufferMs}\u00a0ms`].filter(Boolean).join(' · ');
  };
  const limited = (s: SendStats): string => (s.limited === 'cpu' || s.limited === 'bandwidth' ? t(`stats.limited.${s.limited}`) : '');
  const facts: [string, string][] = [
    [t('stats.path'), [stats.protocol.toUpperCase(), stats.pair].filter(Boolean).join(' · ') || '–'],
    [t('stats.rtt'), stats.rttMs === null ? '–' : `${stats.rttMs} ms`],
    [t('stats.available'), stats.availableOutgoingBps === null ? '–' : rate(stats.availableOutgoingBps)],
    [t('stats.offers'), `${link?.counters.offers ?? 0} (${link?.counters.renegotiationsByOthers ?? 0} ${t('stats.byOthers')})`],
  ];
  return (
    <>
      <h3 className={styles.heading}>{t('stats.connection')}</h3>
      <OwnQuality />
      <dl className={styles.facts}>{facts.map(([k, v]) => <div key={k}><dt>{k}</dt><dd>{v}</dd></div>)}</dl>
      <h3 className={styles.heading}>{t('stats.receiving')}</h3>
      <ul className={styles.rows}>
        {carrying.map((s) => <li key={s.mid}><b>{nameOf(s.mid)}</b><span>{rate(s.bitrateBps)}</span><small>{received(s)}</small></li>)}
      </ul>
      <h3 className={styles.heading}>{t('stats.sending')}</h3>
      <ul className={styles.rows}>
        {[...stats.send].sort(byQuality).map((s) => <li key={s.mid + s.rid}><b>{s.kind === 'audio' ? t('device.microphone') : s.rid ? `${t('device.camera')} · ${t(`stats.layers.${s.rid}`, s.rid)}` : t('stats.screen')}</b><span>{rate(s.bitrateBps)}</span><small>{[s.codec, size(s), limited(s), ...(s.rttMs === null ? [] : lineNumbers(t, s))].filter(Boolean).join(' · ')}</small></li>)}
      </ul>
      {sheet && <Arriving sheet={sheet} />}
    </>
  );
}
