import { usePhoneConfig } from '../../serverConfig';
import { useRoom } from '../session';
import { mayDial } from '../tiles';

/** The server calls people, and this person may ask it to. */
export function useMayDial(): boolean {
  const config = usePhoneConfig();
  const may = useRoom((s) => mayDial(s.room));
  return may && (config?.dialOut ?? false);
}
