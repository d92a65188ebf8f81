import type { RoomInfo } from '@sylk/client';
import type { TFunction } from 'i18next';
import type { DialIn } from '../../serverConfig';

export interface Invitation {
  title: string;
  link: string;
  /** Null where no phone can call. */
  sip: string | null;
  /** Null where there is no number for telephones. */
  dialIn: DialIn | null;
  needsPin: boolean;
  needsPasscode: boolean;
}

/** Pure: what is known of the room's ways in. */
export function invitationTo(room: RoomInfo, origin: string, sip: string | null, dialIn: DialIn | null = null): Invitation {
  const { pinMode, passcodeSet } = room.access ?? {};
  return {
    title: room.title || room.name, link: `${origin}/r/${encodeURIComponent(room.name)}`, sip, dialIn,
    needsPin: pinMode === 'room' || pinMode === 'personal', needsPasscode: passcodeSet ?? false,
  };
}

/** Pure: the words to send. What is secret is not known here and is left to the sender. */
export function invitationText(i: Invitation, t: TFunction): string {
  return [
    t('phones.mail.please', { title: i.title }), '', t('phones.mail.link', { link: i.link }), ...(i.needsPasscode ? [t('phones.mail.passcode')] : []),
    ...(i.sip || i.dialIn ? [''] : []), ...(i.dialIn ? [t('phones.mail.number', { ...i.dialIn })] : []), ...(i.sip ? [t('phones.mail.sip', { address: i.sip })] : []),
    ...((i.sip || i.dialIn) && i.needsPin ? [t('phones.mail.pin')] : []),
  ].join('\n');
}

/** Pure: opens the mail program with everything but the addressee (RFC 6068: lines end with CRLF). */
export const mailLink = (i: Invitation, t: TFunction): string =>
  `mailto:?subject=${encodeURIComponent(t('phones.mail.subject', { title: i.title }))}&body=${encodeURIComponent(invitationText(i, t).replaceAll('\n', '\r\n'))}`;
