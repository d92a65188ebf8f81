import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Announcer } from './Announcer';
import { Banners } from './Banners';
import { ControlBar } from './ControlBar';
import { DevicesPanel } from './DevicesPanel';
import { DropZone } from './DropZone';
import type { LayoutChoice } from './layout';
import { PanelsContext, usePanelState } from './panels';
import { PeoplePanel } from './PeoplePanel';
import { Reactions } from './Reactions';
import styles from './Room.module.css';
import { RoomHeader } from './RoomHeader';
import { ShortcutsDialog } from './ShortcutsDialog';
import { Stage } from './Stage';
import { StatsPanel } from './StatsPanel';
import { ConfirmProvider } from '../ui/Confirm';
import { useMutedHint } from './useMutedHint';
import { useShareButton } from './useShareButton';
import { useTabBadge } from './useTabBadge';
import { useWakeLock } from './useWakeLock';
import { useShortcuts } from './useShortcuts';
import { useSession } from './session';
import type { StageWish } from './useStage';

const ChatPanel = lazy(() => import('./chat/ChatPanel'));
const InviteDialog = lazy(() => import('./phones/InviteDialog'));
const DialDialog = lazy(() => import('./phones/DialDialog'));
const LAYOUTS: readonly LayoutChoice[] = ['auto', 'grid', 'speaker'];

export function Room(): React.JSX.Element {
  return <ConfirmProvider><Inside /></ConfirmProvider>;
}

function Inside(): React.JSX.Element {
  const { t } = useTranslation();
  const session = useSession();
  const panels = usePanelState();
  const { panel, toggle } = panels;
  const close = (): void => panels.open(null);
  const [help, setHelp] = useState(false);
  const [deviceMenu, setDeviceMenu] = useState(false);
  const [said, setSaid] = useState('');
  const [wish, setWish] = useState<StageWish>({ choice: 'auto', pinned: null, page: 0, hideSelf: false });
  const patch = (p: Partial<StageWish>): void => setWish((w) => ({ ...w, ...p }));
  const copyLink = (): void => {
    void navigator.clipboard.writeText(location.origin + location.pathname).then(() => session.notify('info', '', 'linkCopied'));
  };
  const openDevices = (): void => {
    const button = document.querySelector<HTMLElement>('[data-devices=microphone]');
    if (!button?.checkVisibility()) return toggle('devices');
    // The menu gives focus back to where it was: that shall be its button.
    button.focus();
    setDeviceMenu(true);
  };
  const mutedHint = useMutedHint();
  const share = useShareButton();
  useTabBadge(mutedHint);
  useWakeLock();
  useShortcuts(session, {
    people: () => toggle('people'),
    chat: () => toggle('chat'),
    stats: () => toggle('stats'),
    help: () => setHelp(true),
    layout: () => patch({ choice: LAYOUTS[(LAYOUTS.indexOf(wish.choice) + 1) % LAYOUTS.length] ?? 'auto', page: 0 }),
    share,
    devices: openDevices,
    say: setSaid,
  });
  return (
    <PanelsContext value={panels}>
      <div className={styles.room} data-panel={panel ?? undefined}>
        <a className="skip" href="#controls">{t('room.skipControls')}</a>
        <a className="skip" href="#people" onClick={() => panels.open('people')}>{t('room.skipPeople')}</a>
        <a className="skip" href="#chat" onClick={() => panels.open('chat')}>{t('room.skipChat')}</a>
        <RoomHeader wish={wish} onWish={patch} onHelp={() => setHelp(true)} onStats={() => toggle('stats')} />
        <main className={styles.main}>
          <Stage wish={wish} onPin={(pinned) => patch({ pinned })} onPage={(page) => patch({ page })} onCopyLink={copyLink} />
          <Banners mutedHint={mutedHint} />
          <Reactions />
        </main>
        {panel === 'people' && <PeoplePanel onClose={close} />}
        {panel === 'chat' && <Suspense fallback={null}><ChatPanel onClose={close} /></Suspense>}
        {panel === 'stats' && <StatsPanel onClose={close} />}
        {panel === 'devices' && <DevicesPanel onClose={close} />}
        <ControlBar wish={wish} onWish={patch} onHelp={() => setHelp(true)} onCopyLink={copyLink} deviceMenu={deviceMenu} onDeviceMenu={setDeviceMenu} />
        <Suspense fallback={null}>
          {panels.dialog === 'invite' && <InviteDialog onClose={() => panels.show(null)} />}
          {panels.dialog === 'dial' && <DialDialog onClose={() => panels.show(null)} />}
        </Suspense>
        <ShortcutsDialog open={help} onOpenChange={setHelp} />
        <DropZone />
        <Announcer said={said} />
      </div>
    </PanelsContext>
  );
}
