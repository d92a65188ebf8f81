import type { QualityItem } from '@sylk/client';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import styles from './QualityMark.module.css';
import { barsFor, GOOD, qualityWords, worse } from './quality';
import { useRoom } from './session';

const BARS = [0, 1, 2, 3];

/** Bars that grow and are filled or hollow: how many are filled tells it without colour. */
export function QualityBars({ score, size = 16 }: { score: number; size?: number }): React.JSX.Element {
  const filled = barsFor(score);
  return (
    <svg className={styles.bars} data-level={score >= GOOD ? 'good' : score === 3 ? 'fair' : 'poor'} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {BARS.map((i) => <rect key={i} data-filled={i < filled || undefined} x={1 + i * 3.75} width={2.75} y={11 - i * 3} height={4 + i * 3} rx={1} />)}
    </svg>
  );
}

/** On somebody's tile, when there is something to say. */
export function TileQuality({ item, words }: { item: QualityItem; words: string }): React.JSX.Element {
  return <span className={styles.chip} title={words} data-quality={item.score}><QualityBars score={item.score} /><span className="visually-hidden">{words}</span></span>;
}

/** One's own connection, always there; opens the numbers. */
export function OwnConnection({ onPress }: { onPress: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const item = worse(useRoom((s) => s.room.quality[s.room.selfId]));
  const words = qualityWords(t, item);
  const score = item?.score ?? 5;
  return (
    <Button className={styles.own ?? ''} aria-label={t('quality.own', { words })} onPress={onPress} data-own-quality={score}>
      <QualityBars score={score} size={18} />
      {score < GOOD && <span className={styles.words} title={words}>{words}</span>}
    </Button>
  );
}
