// XMPP users of ejabberd meet people in pages (IT-16, IT-17).
import { circle } from './xmpp/circle.mjs';
import { startEjabberd } from './xmpp/ejabberd.mjs';

circle(startEjabberd);
