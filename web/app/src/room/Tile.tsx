import type { Slot } from '@sylk/client';
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../ui/Avatar';
import { Icon } from '../ui/Icon';
import { Menu, type MenuEntry } from '../ui/Menu';
import { Video } from '../ui/Video';
import { KindBadge } from './KindBadge';
import { TileQuality } from './QualityMark';
import { GOOD, pausedWords, qualityWords, worse } from './quality';
import { useRoom, useSession } from './session';
import styles from './Tile.module.css';
import { audioMuted, isOnHold, type TileModel } from './tiles';
import { usePersonVerbs } from './usePersonVerbs';

interface TileProps {
  tile: TileModel;
  pinned: boolean;
  onPin: (key: string | null) => void;
  variant: 'grid' | 'main' | 'strip' | 'pip';
  width?: number;
  height?: number;
}
const LOUD = 12;

export function Tile({ tile, pinned, onPin, variant, width, height }: TileProps): React.JSX.Element {
  const { t } = useTranslation();
  const { participant, kind, self } = tile;
  const media = useTileVideo(tile);
  const level = useRoom((s) => s.room.levels[participant.id] ?? 0);
  const muted = useRoom((s) => (self ? s.local.sources.microphone !== 'on' : audioMuted(s.room, participant.id)));
  const quality = useRoom((s) => s.room.quality[participant.id]);
  const spotlit = useRoom((s) => !!tile.track && s.room.spotlight.includes(tile.track.trackId));
  // Of others what they send is what one sees of them; one's own tile tells of both ways.
  const line = kind === 'camera' ? (self ? worse(quality) : (quality?.up ?? null)) : null;
  const weak = line && line.score < GOOD ? line : null;
  const weakWords = weak ? qualityWords(t, weak) : '';
  const speaking = kind === 'camera' && !muted && level >= LOUD;
  const label = kind === 'screen' ? (self ? t('room.yourScreen') : t('room.screenOf', { name: participant.displayName })) : self ? t('room.you', { name: participant.displayName }) : participant.displayName;
  const held = kind === 'camera' && isOnHold(participant);
  const from = participant.kind === 'web' ? '' : t(`people.kind.${participant.kind}`);
  const box = width ? { width, height } : undefined;
  return (
    <article className={`${styles.tile} ${styles[variant]}`} style={box} tabIndex={0} data-tile={tile.key} data-speaking={speaking || undefined} data-screen={kind === 'screen' || undefined}
      aria-label={[label, from, held ? t('people.onHold') : '', muted && kind === 'camera' ? t('people.micOff') : '', speaking ? t('room.speaking') : '', media.paused?.words, weakWords].filter(Boolean).join(', ')}>
      <div className={styles.face}>
        {kind === 'camera' && <Avatar id={participant.identity ?? participant.id} name={participant.displayName} phone={participant.kind === 'sip'} size="fill" />}
      </div>
      {media.track && <Video track={media.track} className={styles.video ?? ''} mirrored={self && kind === 'camera'} />}
      <div className={styles.foot}>
        <span className={styles.name}>
          <KindBadge kind={participant.kind} size={15} />
          <span>{self && kind === 'camera' && (variant === 'pip' || variant === 'strip') ? t('room.youShort') : label}</span>
          {kind === 'camera' && muted && <Icon name="micOff" size={15} />}
        </span>
        {media.paused && <span className={styles.paused} title={media.paused.words} data-paused={media.paused.cause}><Icon name="cameraOff" size={14} /><span>{media.paused.words}</span></span>}
        {held && <span className={`${styles.paused} ${styles.held}`} title={t('people.onHold')}><Icon name="pause" size={14} /><span>{t('people.onHold')}</span></span>}
        {weak && <TileQuality item={weak} words={weakWords} />}
      </div>
      {spotlit && variant !== 'pip' && <span className={styles.spot} title={t('room.spotlit')}><Icon name="spot" size={15} /><span className="visually-hidden">{t('room.spotlit')}</span></span>}
      {kind === 'camera' && participant.handRaisedAt && <HandMark since={participant.handRaisedAt} />}
      {variant !== 'pip' && <TileMenu tile={tile} label={label} pinned={pinned} onPin={onPin} />}
    </article>
  );
}

function TileMenu({ tile, label, pinned, onPin }: { tile: TileModel; label: string; pinned: boolean; onPin: (key: string | null) => void }): React.JSX.Element {
  const { t } = useTranslation();
  const verbs = usePersonVerbs(tile.participant, tile.kind === 'screen' ? tile.track : null);
  const pin: MenuEntry = { id: 'pin', icon: 'pin', label: t(pinned ? 'room.unpin' : 'room.pin'), onAction: () => onPin(pinned ? null : tile.key) };
  return (
    <div className={styles.menu} data-pinned={pinned || undefined}>
      <Menu label={t('room.menuFor', { name: label })} groups={[{ entries: [pin] }, ...verbs]}>
        <Button className={styles.menuButton} aria-label={t('room.menuFor', { name: label })}><Icon name={pinned ? 'pin' : 'more'} size={18} /></Button>
      </Menu>
    </div>
  );
}

function HandMark({ since }: { since: string }): React.JSX.Element {
  const { t } = useTranslation();
  const [minutes, setMinutes] = useState(0);
  useEffect(() => {
    const read = (): void => setMinutes(Math.max(0, Math.floor((Date.now() - Date.parse(since)) / 60_000)));
    read();
    const timer = setInterval(read, 15_000);
    return () => clearInterval(timer);
  }, [since]);
  const text = minutes > 0 ? t('people.handSince', { minutes }) : t('people.handNow');
  return <span className={styles.hand} title={text}><span className={styles.handSign} aria-hidden="true"><Icon name="hand" size={16} />{minutes > 0 ? minutes : ''}</span><span className="visually-hidden">{text}</span></span>;
}

/** Which MediaStreamTrack shows this tile now, if any. */
function useTileVideo(tile: TileModel): { track: MediaStreamTrack | null; paused: { words: string; cause: Slot['cause'] } | null } {
  const { t } = useTranslation();
  const { link } = useSession();
  const own = useRoom((s) => (tile.kind === 'screen' ? s.local.screenTrack : s.local.cameraTrack));
  const trackId = tile.track?.trackId;
  const slot = useRoom((s) => (trackId ? Object.values(s.room.slots).find((x) => x.trackId === trackId) : undefined));
  if (tile.self) return { track: own, paused: null };
  if (tile.track?.muted) return { track: null, paused: { words: pausedWords(t, { state: 'paused', cause: 'muted' }), cause: 'muted' } };
  if (!tile.track || !slot) return { track: null, paused: null };
  if (slot.state === 'paused') return { track: null, paused: slot.cause ? { words: pausedWords(t, slot), cause: slot.cause } : null };
  return { track: link?.trackForMid(slot.mid) ?? null, paused: null };
}
