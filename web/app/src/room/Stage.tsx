import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';
import { usePanels } from './panels';
import { useRoom } from './session';
import styles from './Stage.module.css';
import { Tile } from './Tile';
import { useStage, type StageWish } from './useStage';

interface StageProps {
  wish: StageWish;
  onPin: (key: string | null) => void;
  onPage: (page: number) => void;
  onCopyLink: () => void;
}

export function Stage({ wish, onPin, onPage, onCopyLink }: StageProps): React.JSX.Element {
  const { t } = useTranslation();
  const { show } = usePanels();
  const ref = useRef<HTMLDivElement>(null);
  const size = useSize(ref);
  const stage = useStage(size, wish);
  const alone = useRoom((s) => Object.keys(s.room.participants).length <= 1);
  const wasAlone = useOnlyEver(alone);
  const pip = stage.kind === 'duo' ? stage.tiles.find((x) => x.self) : undefined;
  const strip = stage.kind === 'grid' ? [] : stage.tiles.filter((x) => x.key !== pip?.key);
  return (
    <section id="stage" className={styles.stage} data-kind={stage.kind} data-strip={strip.length > 0 || undefined} aria-label={t('room.stage')} tabIndex={-1} data-region>
      <div ref={ref} className={styles.area}>
        {stage.kind === 'grid' ? (
          <div className={styles.grid}>
            {stage.tiles.map((tile) => (
              <Tile key={tile.key} tile={tile} variant="grid" pinned={wish.pinned === tile.key} onPin={onPin} width={stage.shape.tileWidth} height={stage.shape.tileHeight} />
            ))}
          </div>
        ) : stage.spots.length > 0 ? (
          <div className={styles.grid}>
            {stage.spots.map((tile) => <Tile key={tile.key} tile={tile} variant="grid" pinned={false} onPin={onPin} width={stage.spotShape.tileWidth} height={stage.spotShape.tileHeight} />)}
          </div>
        ) : stage.main && <Tile key={stage.main.key} tile={stage.main} variant="main" pinned={wish.pinned === stage.main.key} onPin={onPin} />}
        {pip && <Tile tile={pip} variant="pip" pinned={false} onPin={onPin} />}
        {alone && (
          <div className={styles.empty}>
            <p className={styles.emptyTitle}>{t(wasAlone ? 'room.alone' : 'room.aloneAgain')}</p>
            <p>{t('room.aloneHint')}</p>
            <div className={styles.emptyActions}>
              <Button variant="primary" icon="link" onPress={onCopyLink}>{t('room.copyLink')}</Button>
              <Button icon="invite" onPress={() => show('invite')}>{t('phones.moreWays')}</Button>
            </div>
          </div>
        )}
      </div>
      {strip.length > 0 && (
        <div className={styles.strip}>
          {strip.map((tile) => <div key={tile.key} className={styles.stripItem}><Tile tile={tile} variant="strip" pinned={wish.pinned === tile.key} onPin={onPin} /></div>)}
        </div>
      )}
      {stage.pages > 1 && (
        <nav className={styles.pager} aria-label={t('room.pageOf', { page: stage.page + 1, pages: stage.pages })}>
          <button type="button" aria-label={t('room.previous')} disabled={stage.page === 0} onClick={() => onPage(stage.page - 1)}><Icon name="chevronLeft" /></button>
          <span aria-hidden="true">{stage.page + 1} / {stage.pages}</span>
          <button type="button" aria-label={t('room.next')} disabled={stage.page >= stage.pages - 1} onClick={() => onPage(stage.page + 1)}><Icon name="chevronRight" /></button>
        </nav>
      )}
    </section>
  );
}

/** True until somebody else has been here. */
function useOnlyEver(alone: boolean): boolean {
  const [only, setOnly] = useState(true);
  if (!alone && only) setOnly(false);
  return only;
}

function useSize(ref: React.RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    if (!ref.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height) });
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}
