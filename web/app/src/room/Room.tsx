import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Announcer } from './Announcer';
import { Banners } from './Banners';
import { ControlBar } from './ControlBar';
import { DevicesPanel } from './DevicesPanel';
import type { LayoutChoice } from './layout';
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

export type Panel = 'people' | 'stats' | 'devices' | null;
const LAYOUTS: readonly LayoutChoice[] = ['auto', 'grid', 'speaker'];

export function Room(): React.JSX.Element {
  return <ConfirmProvider><Inside /></ConfirmProvider>;
}

function Inside(): React.JSX.Element {
  const { t } = useTranslation();
  const session = useSession();
  const [panel, setPanel] = useState<Panel>(null);
  const [help, setHelp] = useState(false);
  const [deviceMenu, setDeviceMenu] = useState(false);
  const [said, setSaid] = useState('');
  const [wish, setWish] = useState<StageWish>({ choice: 'auto', pinned: null, page: 0, hideSelf: false });
  const toggle = (which: Panel): void => setPanel((p) => (p === which ? null : which));
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
    stats: () => toggle('stats'),
    help: () => setHelp(true),
    layout: () => patch({ choice: LAYOUTS[(LAYOUTS.indexOf(wish.choice) + 1) % LAYOUTS.length] ?? 'auto', page: 0 }),
    share,
    devices: openDevices,
    say: setSaid,
  });
  return (
    <div className={styles.room} data-panel={panel ?? undefined}>
      <a className="skip" href="#controls">{t('room.skipControls')}</a>
      <a className="skip" href="#people" onClick={() => setPanel('people')}>{t('room.skipPeople')}</a>
      <RoomHeader wish={wish} onWish={patch} onCopyLink={copyLink} onHelp={() => setHelp(true)} onStats={() => toggle('stats')} />
      <main className={styles.main}>
        <Stage wish={wish} onPin={(pinned) => patch({ pinned })} onPage={(page) => patch({ page })} onCopyLink={copyLink} />
        <Banners mutedHint={mutedHint} />
        <Reactions />
      </main>
      {panel === 'people' && <PeoplePanel onClose={() => setPanel(null)} />}
      {panel === 'stats' && <StatsPanel onClose={() => setPanel(null)} />}
      {panel === 'devices' && <DevicesPanel onClose={() => setPanel(null)} />}
      <ControlBar panel={panel} wish={wish} onWish={patch} onPanel={toggle} onHelp={() => setHelp(true)} onCopyLink={copyLink} deviceMenu={deviceMenu} onDeviceMenu={setDeviceMenu} />
      <ShortcutsDialog open={help} onOpenChange={setHelp} />
      <Announcer said={said} />
    </div>
  );
}
