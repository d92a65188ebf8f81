import { SylkError, testSpeaker, type DeviceTrouble } from '@sylk/client';
import { useEffect, useRef, useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { forgetChoices, loadPrefs, savePrefs } from '../prefs';
import { clock } from '../room/duration';
import { useNow } from '../room/useNow';
import { readSignIn } from '../signIn';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { Icon } from '../ui/Icon';
import { Picker } from '../ui/Picker';
import { TopBar } from '../ui/TopBar';
import styles from './Lobby.module.css';
import { MeterBar } from './MeterBar';
import { NetworkLine } from './NetworkLine';
import { Preview } from './Preview';
import { TroubleCard } from './TroubleCard';
import { insideWord, useLobbyFacts, type LobbyFacts } from './useLobbyFacts';
import { useLobbyDevices, type Kind, type LobbyDevices } from './useLobbyDevices';

export interface Entry {
  displayName: string;
  passcode: string;
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  startMuted: boolean;
  deviceIds: Record<'camera' | 'microphone' | 'speaker', string>;
}
interface LobbyProps {
  room: string;
  /** What was typed before: nothing is asked twice. */
  passcode: string;
  credentials: { token?: string; invite?: string };
  busy: boolean;
  error: SylkError | null;
  onJoin: (entry: Entry) => void;
}

const NOTHING = { camera: null, microphone: null };

export function Lobby({ room, passcode: typed, credentials, busy, error, onJoin }: LobbyProps): React.JSX.Element {
  const { t } = useTranslation();
  const media = useLobbyDevices();
  const facts = useLobbyFacts(room);
  const inside = facts && insideWord(facts);
  const [name, setName] = useState(() => loadPrefs().displayName);
  useEffect(() => void readSignIn().then(({ person }) => person && setName((typed) => typed || person.name)), []);
  const [passcode, setPasscode] = useState(typed);
  const [nameless, setNameless] = useState(false);
  const [codeless, setCodeless] = useState(false);
  const [forgotten, setForgotten] = useState(false);
  const [preparing, setPreparing] = useState(false);
  const gone = useRef(false);
  const invited = !!credentials.token || !!credentials.invite;
  const refusedPasscode = error?.code === 'passcode_required' || error?.code === 'passcode_invalid';
  const needsPasscode = refusedPasscode || (!!facts?.needsPasscode && !invited);

  const join = async (withDevices: boolean): Promise<void> => {
    const displayName = name.trim();
    if (!displayName) return setNameless(true);
    if (needsPasscode && !passcode.trim()) return setCodeless(true);
    savePrefs({ displayName });
    if (withDevices && !(await prepared())) return;
    gone.current = true;
    const tracks = withDevices ? media.handOver() : NOTHING;
    onJoin({ displayName, passcode: passcode.trim(), ...tracks, startMuted: !media.now().on.microphone, deviceIds: media.ids });
  };
  /** False when the person went in without devices meanwhile, or has to read first what became of one. */
  const prepared = async (): Promise<boolean> => {
    const before = media.now().trouble;
    setPreparing(true);
    await media.settled();
    setPreparing(false);
    const after = media.now().trouble;
    return !gone.current && !(['camera', 'microphone'] as const).some((kind) => after[kind] && !before[kind]);
  };
  const forget = (): void => {
    forgetChoices();
    setName('');
    setForgotten(true);
  };
  return (
    <div className={styles.page}>
      <TopBar />
      <main className={styles.main}>
        <div className={styles.left}>
          <Preview media={media} name={name} />
          {troubles(media).map(({ kinds, trouble }) => (
            <TroubleCard key={trouble} kind={kinds.length > 1 ? 'both' : (kinds[0] ?? 'camera')} trouble={trouble} onRetry={() => kinds.forEach(media.retry)} onSkip={() => kinds.forEach(media.skip)} />
          ))}
        </div>
        <Form className={styles.form} onSubmit={(e) => { e.preventDefault(); void join(true); }}>
          <div>
            <p className={styles.room}>{facts?.title || room}</p>
            <h1 className={styles.title}>{t('lobby.heading')}</h1>
            {inside && <p className={styles.inside} role="status"><Icon name={inside.key === 'locked' ? 'lock' : 'people'} size={18} />{t(`lobby.${inside.key}`, { count: inside.count })}</p>}
          </div>
          <Field label={t('lobby.name')} placeholder={t('lobby.namePlaceholder')} value={name} autoComplete="name" autoFocus
            onChange={(v) => { setName(v); setNameless(false); }} {...(nameless ? { error: t('lobby.nameRequired') } : {})} />
          {needsPasscode && (
            <Field label={t('lobby.passcode')} value={passcode} onChange={(v) => { setPasscode(v); setCodeless(false); }} autoComplete="off" autoFocus={refusedPasscode}
              {...(codeless ? { error: t('lobby.passcodeRequired') } : error?.code === 'passcode_invalid' && !passcode ? { error: t('error.passcode_invalid.title') } : {})} />
          )}
          <DevicePickers media={media} />
          <NetworkLine />
          <AccessLines facts={facts} invited={invited} />
          {error && !refusedPasscode && <p role="alert" className={styles.error}>{t([`error.${error.code}.title`, 'error.internal.title'])}</p>}
          <div className={styles.actions}>
            <Button type="submit" variant="primary" size="l" isDisabled={busy || preparing}>{t(busy ? 'lobby.joining' : preparing ? 'lobby.preparing' : 'lobby.join')}</Button>
            <Button variant="quiet" isDisabled={busy} onPress={() => void join(false)}>{t('lobby.joinWithout')}</Button>
          </div>
          <div className={styles.forget}>
            <Button variant="quiet" size="s" onPress={forget}>{t('lobby.forget')}</Button>
            <p role="status" className={styles.status}>{forgotten ? t('lobby.forgotten') : ''}</p>
          </div>
        </Form>
      </main>
    </div>
  );
}

/** What one should know before pressing Join. */
function AccessLines({ facts, invited }: { facts: LobbyFacts | null; invited: boolean }): React.JSX.Element | null {
  const { t } = useTranslation();
  const now = useNow(1000);
  if (!facts) return null;
  const opens = facts.opensAt ? Date.parse(facts.opensAt) - now : 0;
  return (
    <>
      {opens > 0 && <p className={styles.access} role="status"><Icon name="clock" size={18} />{t('lobby.opensIn', { duration: clock(opens) })}</p>}
      {facts.needsToken && !invited && <p className={styles.access} role="status"><Icon name="lock" size={18} />{t('lobby.needsToken')}</p>}
      {facts.waitingRoom && <p className={styles.access}><Icon name="door" size={18} />{t('lobby.waitingRoom')}</p>}
    </>
  );
}

/** What is wrong with both devices for the same reason is said once. */
function troubles(media: LobbyDevices): { trouble: DeviceTrouble; kinds: Kind[] }[] {
  const found = new Map<DeviceTrouble, Kind[]>();
  for (const kind of ['camera', 'microphone'] as const) {
    const trouble = media.trouble[kind];
    if (trouble && media.on[kind]) found.set(trouble, [...(found.get(trouble) ?? []), kind]);
  }
  return [...found].map(([trouble, kinds]) => ({ trouble, kinds }));
}

function DevicePickers({ media }: { media: LobbyDevices }): React.JSX.Element {
  const { t } = useTranslation();
  const [testing, setTesting] = useState(false);
  const options = (list: MediaDeviceInfo[]): { id: string; label: string }[] =>
    list.map((d, i) => ({ id: d.deviceId, label: d.label || t('device.unnamed', { number: i + 1 }) }));
  const test = async (): Promise<void> => {
    setTesting(true);
    await testSpeaker(media.ids.speaker);
    setTesting(false);
  };
  const pick = (kind: Kind | 'speaker') => (id: string) => media.choose(kind, id);
  return (
    <>
      <Picker label={t('device.microphone')} icon="mic" empty={t('device.noMicrophone')} value={media.ids.microphone} options={options(media.devices.microphones)} onChange={pick('microphone')}>
        <MeterBar track={media.on.microphone ? media.tracks.microphone : null} />
      </Picker>
      <Picker label={t('device.speaker')} icon="volume" empty={t('device.noSpeaker')} value={media.ids.speaker} options={options(media.devices.speakers)} onChange={pick('speaker')}>
        <Button size="m" icon="volume" aria-label={testing ? t('device.testing') : t('device.test')} isDisabled={testing} onPress={() => void test()} />
      </Picker>
      <Picker label={t('device.camera')} icon="camera" empty={t('device.noCamera')} value={media.ids.camera} options={options(media.devices.cameras)} onChange={pick('camera')} />
    </>
  );
}
