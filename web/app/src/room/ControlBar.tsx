import { unreadCount, type LocalSource, type RoomSession, type SourceState } from '@sylk/client';
import { Button, ToggleButton } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useConfirm } from '../ui/Confirm';
import { Icon, type IconName } from '../ui/Icon';
import { Menu, type MenuEntry, type MenuGroup } from '../ui/Menu';
import styles from './ControlBar.module.css';
import type { LayoutChoice } from './layout';
import { ReactionPicker, REACTIONS } from './Reactions';
import { usePanels } from './panels';
import { useMayDial } from './phones/useMayDial';
import { useRoom, useSession } from './session';
import { react, toggleHand } from './actions';
import { canModerate } from './tiles';
import { useEndForEveryone } from './useEndForEveryone';
import { useShareButton } from './useShareButton';
import { useDeviceGroups } from './useDeviceGroups';
import type { StageWish } from './useStage';

interface BarProps {
  wish: StageWish;
  onWish: (patch: Partial<StageWish>) => void;
  onHelp: () => void;
  onCopyLink: () => void;
  deviceMenu: boolean;
  onDeviceMenu: (open: boolean) => void;
}

export function ControlBar(props: BarProps): React.JSX.Element {
  const { t } = useTranslation();
  const session = useSession();
  const sources = useRoom((s) => s.local.sources);
  const hand = useRoom((s) => !!s.room.participants[s.room.selfId]?.handRaisedAt);
  const people = useRoom((s) => Object.keys(s.room.participants).length);
  const unread = useRoom((s) => unreadCount(s.chat));
  const { panel, toggle } = usePanels();
  const share = useShareButton();
  const sharing = sources.screen !== 'off';
  const canShare = 'getDisplayMedia' in (navigator.mediaDevices ?? {});
  return (
    <footer id="controls" className={styles.bar} role="toolbar" aria-label={t('room.controls')} tabIndex={-1} data-region>
      <div className={styles.side} />
      <div className={styles.center}>
        <DeviceButton session={session} source="microphone" state={sources.microphone} isOpen={props.deviceMenu} onOpenChange={props.onDeviceMenu} />
        <DeviceButton session={session} source="camera" state={sources.camera} />
        {canShare && <Round wide icon="screen" label={t(sharing ? 'room.shareStop' : 'room.share')} selected={sharing} onChange={share} />}
        <Round wide icon="hand" label={t(hand ? 'room.handDown' : 'room.hand')} selected={hand} onChange={() => toggleHand(session)} />
        <span className={styles.wide}><ReactionPicker /></span>
        <span className={styles.narrow}><MoreMenu {...props} unread={unread} hand={hand} sharing={sharing} onShare={share} canShare={canShare} /></span>
        <LeaveButtons />
      </div>
      <div className={`${styles.side} ${styles.end}`}>
        <Round icon="chat" label={unread > 0 ? t('chat.unread', { count: unread }) : t('chat.title')} selected={panel === 'chat'} onChange={() => toggle('chat')} {...(unread > 0 ? { badge: unread } : {})} urgent />
        <Round icon="people" label={t('people.count', { count: people })} selected={panel === 'people'} onChange={() => toggle('people')} badge={people} />
        <Round icon="chart" label={t('room.stats')} selected={panel === 'stats'} onChange={() => toggle('stats')} />
      </div>
    </footer>
  );
}

/** Leaving is one press for everybody; who moderates can also end the meeting. */
function LeaveButtons(): React.JSX.Element {
  const { t } = useTranslation();
  const session = useSession();
  const moderator = useRoom((s) => canModerate(s.room.participants[s.room.selfId]));
  const end = useEndForEveryone(useConfirm());
  return (
    <span className={styles.leaving} data-split={moderator || undefined}>
      <Button className={styles.leave} aria-label={t('room.leave')} onPress={() => void session.leave()}><Icon name="leave" size={24} /></Button>
      {moderator && (
        <Menu label={t('moderator.leaveMenu')} groups={[{ entries: [
          { id: 'leave', icon: 'leave', label: t('room.leave'), onAction: () => void session.leave() },
          { id: 'end', icon: 'remove', danger: true, label: t('moderator.end'), onAction: end },
        ] }]}>
          <Button className={styles.leaveMore} aria-label={t('moderator.leaveMenu')}><Icon name="chevronUp" size={16} /></Button>
        </Menu>
      )}
    </span>
  );
}

interface DeviceButtonProps {
  session: RoomSession;
  source: LocalSource & ('microphone' | 'camera');
  state: SourceState;
  isOpen?: boolean;
  onOpenChange?: (open: boolean) => void;
}
function DeviceButton({ session, source, state, ...opening }: DeviceButtonProps): React.JSX.Element {
  const { t } = useTranslation();
  const groups = useDeviceGroups(source);
  const on = state === 'on';
  const mic = source === 'microphone';
  const icon: IconName = mic ? (on ? 'mic' : 'micOff') : on ? 'camera' : 'cameraOff';
  // While a device starts the button does nothing, but it is not disabled: that would take the keyboard's focus away.
  const toggle = (): void => void (state !== 'starting' && (mic ? session.media.setMicrophone(!on) : session.media.setCamera(!on)).catch(() => undefined));
  return (
    <div className={styles.device} data-off={!on || undefined}>
      <ToggleButton className={styles.deviceMain} isSelected={on} onChange={toggle} aria-label={t(mic ? (on ? 'room.micOn' : 'room.micOff') : on ? 'room.cameraOn' : 'room.cameraOff')}>
        <Icon name={icon} size={23} />
      </ToggleButton>
      <Menu label={t('device.menu')} groups={groups} {...opening}>
        <Button className={styles.deviceMenu} aria-label={`${t('device.menu')}: ${t(`device.${source}`)}`} data-devices={source}><Icon name="chevronUp" size={16} /></Button>
      </Menu>
    </div>
  );
}

interface RoundProps {
  icon: IconName;
  label: string;
  selected: boolean;
  onChange: () => void;
  badge?: number;
  /** The number asks for something. */
  urgent?: boolean;
  wide?: boolean;
}
function Round({ icon, label, selected, onChange, badge, urgent = false, wide = false }: RoundProps): React.JSX.Element {
  return (
    <ToggleButton className={`${styles.round} ${wide ? styles.wide : ''}`} isSelected={selected} onChange={onChange} aria-label={label}>
      <Icon name={icon} size={23} />
      {badge !== undefined && <span className={styles.badge} data-urgent={urgent || undefined} aria-hidden="true">{badge > 99 ? '99+' : badge}</span>}
    </ToggleButton>
  );
}

function MoreMenu({ wish, onWish, onCopyLink, unread, hand, sharing, onShare, canShare }: BarProps & { unread: number; hand: boolean; sharing: boolean; onShare: () => void; canShare: boolean }): React.JSX.Element {
  const { t } = useTranslation();
  const session = useSession();
  const { toggle, show } = usePanels();
  const mayDial = useMayDial();
  const first: MenuEntry[] = [
    { id: 'chat', icon: 'chat', label: unread > 0 ? t('chat.unread', { count: unread }) : t('chat.title'), onAction: () => toggle('chat') },
    { id: 'people', icon: 'people', label: t('room.people'), onAction: () => toggle('people') },
    { id: 'hand', icon: 'hand', label: t(hand ? 'room.handDown' : 'room.hand'), onAction: () => toggleHand(session) },
    ...(canShare ? [{ id: 'share', icon: 'screen' as const, label: t(sharing ? 'room.shareStop' : 'room.share'), onAction: onShare }] : []),
    { id: 'invite', icon: 'invite', label: t('phones.invite'), onAction: () => show('invite') },
    ...(mayDial ? [{ id: 'dial', icon: 'phone' as const, label: t('phones.call'), onAction: () => show('dial') }] : []),
    { id: 'link', icon: 'link', label: t('room.copyLink'), onAction: onCopyLink },
    { id: 'devices', icon: 'settings', label: t('device.title'), onAction: () => toggle('devices') },
    { id: 'stats', icon: 'chart', label: t('room.stats'), onAction: () => toggle('stats') },
  ];
  const groups: MenuGroup[] = [
    { title: t('room.react'), entries: REACTIONS.map(([emoji, name]) => ({ id: name, emoji, label: t(`reactions.${name}`), onAction: () => react(session, emoji) })) },
    { entries: first },
    { title: t('room.layout'), entries: (['auto', 'grid', 'speaker'] as LayoutChoice[]).map((choice) => ({ id: choice, label: t(`room.layouts.${choice}`), selected: wish.choice === choice, onAction: () => onWish({ choice, page: 0, pinned: null }) })) },
    { entries: [{ id: 'self', label: t('room.hideSelf'), selected: wish.hideSelf, onAction: () => onWish({ hideSelf: !wish.hideSelf }) }] },
  ];
  return (
    <Menu label={t('room.more')} groups={groups}>
      <Button className={styles.round} aria-label={unread > 0 ? t('chat.moreUnread', { count: unread }) : t('room.more')}><Icon name="more" size={23} />{unread > 0 && <span className={styles.badge} data-urgent aria-hidden="true">{unread > 99 ? '99+' : unread}</span>}</Button>
    </Menu>
  );
}
