import { useRef, useState } from 'react';
import { Label, TextArea, TextField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { demoPeople } from '../../hub';
import { phoneAddress, useDialIn, usePhoneConfig, type DialIn } from '../../serverConfig';
import { Button } from '../../ui/Button';
import buttons from '../../ui/Button.module.css';
import fields from '../../ui/Field.module.css';
import { Icon } from '../../ui/Icon';
import { Sheet } from '../../ui/Sheet';
import { usePanels } from '../panels';
import { useRoom } from '../session';
import { canModerate } from '../tiles';
import { CopyNews, CopyRow, useCopy } from './CopyRow';
import { invitationText, invitationTo, mailLink, type Invitation } from './invitation';
import styles from './Phones.module.css';
import { useMayDial } from './useMayDial';

/** Every way into the room, ready to be passed on (B7). */
export default function InviteDialog({ onClose }: { onClose: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const { show } = usePanels();
  const room = useRoom((s) => s.room.room);
  const config = usePhoneConfig();
  const mayDial = useMayDial();
  const dialIn = useDialIn(room.name);
  const invitation = invitationTo(room, location.origin, phoneAddress(config?.address ?? null, room.name, location.hostname), dialIn);
  return (
    <Sheet title={t('phones.invite')} onClose={onClose}>
      {room.access?.locked && <p className={styles.note}><Icon name="lock" size={16} />{t('phones.locked')}</p>}
      <div className={styles.ways}>
        <div className={styles.way}>
          <CopyRow label={t('phones.link')} value={invitation.link} copy={t('room.copyLink')} />
          {invitation.needsPasscode && <p className={styles.hint}>{t('phones.passcode')}</p>}
          {room.access?.waitingRoom && <p className={styles.hint}>{t('phones.waitingRoom')}</p>}
        </div>
        <Qr room={room.name} link={invitation.link} />
      </div>
      {(invitation.sip || dialIn) && <ByPhone address={invitation.sip} dialIn={dialIn} />}
      {mayDial && <div><Button size="s" icon="phone" onPress={() => show('dial')}>{t('phones.callInstead')}</Button></div>}
      <Words invitation={invitation} />
    </Sheet>
  );
}

/** The server draws it. Where it cannot, the link is enough. */
function Qr({ room, link }: { room: string; link: string }): React.JSX.Element | null {
  const { t } = useTranslation();
  const [gone, setGone] = useState(demoPeople() > 0);
  if (gone) return null;
  return (
    <figure className={styles.qr}>
      <img src={`/api/v1/public/rooms/${encodeURIComponent(room)}/qr.svg`} width={132} height={132} alt={t('phones.qr', { link })} onError={() => setGone(true)} />
      <figcaption>{t('phones.scan')}</figcaption>
    </figure>
  );
}

function ByPhone({ address, dialIn }: { address: string | null; dialIn: DialIn | null }): React.JSX.Element {
  const { t } = useTranslation();
  const pinMode = useRoom((s) => s.room.room.access?.pinMode ?? 'none');
  const moderator = useRoom((s) => canModerate(s.room.participants[s.room.selfId]));
  return (
    <>
      {dialIn && <CopyRow label={t('phones.number')} value={t('phones.numberAndId', { ...dialIn })} copy={t('phones.copyNumber')} />}
      {address && <CopyRow label={t('phones.address')} value={address} copy={t('phones.copyAddress')} />}
      <p className={styles.hint}>{t(`phones.pin.${pinMode}`)}{moderator && pinMode !== 'none' && ` ${t(`phones.pinWhere.${pinMode}`)}`}</p>
    </>
  );
}

function Words({ invitation }: { invitation: Invitation }): React.JSX.Element {
  const { t } = useTranslation();
  const area = useRef<HTMLTextAreaElement>(null);
  const { state, put } = useCopy();
  const text = invitationText(invitation, t);
  return (
    <>
      <TextField value={text} isReadOnly className={fields.field ?? ''}>
        <Label className={fields.label}>{t('phones.text')}</Label>
        <TextArea ref={area} className={`${fields.input} ${styles.text}`} rows={text.split('\n').length} onFocus={(e) => e.target.select()} />
      </TextField>
      <div data-actions>
        <Button icon={state === 'copied' ? 'check' : 'copy'} onPress={() => void put(text).then((done) => !done && area.current?.focus())}>{t('phones.copyText')}</Button>
        <a className={`${buttons.button} ${buttons.primary} ${buttons.m} ${styles.mail}`} href={mailLink(invitation, t)}><Icon name="mail" size={20} />{t('phones.send')}</a>
      </div>
      <CopyNews state={state} />
    </>
  );
}
