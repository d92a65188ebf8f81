import type { LinkStats, SendStats, SlotStats } from '@sylk/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import { SidePanel } from './SidePanel';
import { useRoom, useSession } from './session';
import styles from './StatsPanel.module.css';

const rate = (bps: number): string => (bps >= 1e6 ? `${(bps / 1e6).toFixed(1)} Mbit/s` : `${Math.round(bps / 1000)} kbit/s`);
/** Sound first, then pictures from large to small. */
const byQuality = (a: SendStats, b: SendStats): number => a.kind.localeCompare(b.kind) || b.height - a.height || 'hml'.indexOf(a.rid) - 'hml'.indexOf(b.rid);
const size = (s: SlotStats | SendStats): string => (s.width ? `${s.width}×${s.height} · ${s.fps} fps` : '');

export function StatsPanel({ onClose }: { onClose: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const stats = useRoom((s) => s.stats);
  const [copied, setCopied] = useState(false);
  const { link, store } = useSession();
  const copy = (): void => {
    const { room } = store.snapshot;
    const report = { at: new Date().toISOString(), sessionId: room.sessionId, selfId: room.selfId, rev: room.rev, counters: link?.counters, stats };
    void navigator.clipboard.writeText(JSON.stringify(report, null, 2)).then(() => setCopied(true));
  };
  return (
    <SidePanel id="stats" title={t('stats.title')} onClose={onClose} foot={<Button size="s" icon={copied ? 'check' : 'copy'} onPress={copy}>{t(copied ? 'stats.copied' : 'stats.copy')}</Button>}>
      {stats ? <Numbers stats={stats} /> : <p className={styles.wait}>{t('stats.wait')}</p>}
    </SidePanel>
  );
}

function Numbers({ stats }: { stats: LinkStats }): React.JSX.Element {
  const { t } = useTranslation();
  const { link } = useSession();
  const participants = useRoom((s) => s.room.participants);
  const slots = useRoom((s) => s.room.slots);
  // A slot that carried somebody once keeps its counters; what is shown is what it carries now.
  const carrying = stats.receive.filter((s) => slots[s.mid]?.participantId);
  const nameOf = (mid: string): string => participants[slots[mid]?.participantId ?? '']?.displayName ?? mid;
  const facts: [string, string][] = [
    [t('stats.path'), [stats.protocol.toUpperCase(), stats.pair].filter(Boolean).join(' · ') || '–'],
    [t('stats.rtt'), stats.rttMs === null ? '–' : `${stats.rttMs} ms`],
    [t('stats.available'), stats.availableOutgoingBps === null ? '–' : rate(stats.availableOutgoingBps)],
    [t('stats.offers'), `${link?.counters.offers ?? 0} (${link?.counters.renegotiationsByOthers ?? 0} ${t('stats.byOthers')})`],
  ];
  return (
    <>
      <h3 className={styles.heading}>{t('stats.connection')}</h3>
      <dl className={styles.facts}>{facts.map(([k, v]) => <div key={k}><dt>{k}</dt><dd>{v}</dd></div>)}</dl>
      <h3 className={styles.heading}>{t('stats.receiving')}</h3>
      <ul className={styles.rows}>
        {carrying.map((s) => <li key={s.mid}><b>{nameOf(s.mid)}</b><span>{rate(s.bitrateBps)}</span><small>{[s.codec, size(s), `${t('stats.loss')}\u00a0${s.lossPercent}\u00a0%`, `${t('stats.buffer')}\u00a0${s.bufferMs}\u00a0ms`, s.freezes > 0 ? `${t('stats.freezes')}\u00a0${s.freezes}` : ''].filter(Boolean).join(' · ')}</small></li>)}
      </ul>
      <h3 className={styles.heading}>{t('stats.sending')}</h3>
      <ul className={styles.rows}>
        {[...stats.send].sort(byQuality).map((s) => <li key={s.mid + s.rid}><b>{s.kind === 'audio' ? t('device.microphone') : s.rid ? `${t('device.camera')} · ${t(`stats.layers.${s.rid}`, s.rid)}` : t('stats.screen')}</b><span>{rate(s.bitrateBps)}</span><small>{[s.codec, size(s), s.limited && s.limited !== 'none' ? s.limited : ''].filter(Boolean).join(' · ')}</small></li>)}
      </ul>
    </>
  );
}
