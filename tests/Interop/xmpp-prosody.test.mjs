// XMPP users of prosody meet people in pages (IT-16, IT-17).
import { circle } from './xmpp/circle.mjs';
import { startProsody } from './xmpp/prosody.mjs';

circle(startProsody);
