import { useTranslation } from 'react-i18next';
import { ToggleButton } from 'react-aria-components';
import { Avatar } from '../ui/Avatar';
import { Icon } from '../ui/Icon';
import { Video } from '../ui/Video';
import styles from './Lobby.module.css';
import type { LobbyDevices } from './useLobbyDevices';

export function Preview({ media, name }: { media: LobbyDevices; name: string }): React.JSX.Element {
  const { t } = useTranslation();
  const { camera } = media.tracks;
  const mic = media.on.microphone && !media.trouble.microphone;
  const cam = media.on.camera && !media.trouble.camera;
  return (
    <section className={styles.preview} aria-label={t('lobby.preview')}>
      {camera ? <Video track={camera} className={styles.video ?? ''} mirrored /> : (
        <div className={styles.noVideo}>
          {name.trim() ? <Avatar id={name} name={name} size="fill" /> : <span className={styles.nobody}><Icon name={media.opening.camera ? 'camera' : 'cameraOff'} size={30} /></span>}
          <span>{media.opening.camera ? t('lobby.cameraStarting') : t('lobby.cameraOff')}</span>
        </div>
      )}
      <div className={styles.toggles}>
        <ToggleButton className={styles.toggle} isSelected={mic} onChange={() => media.toggle('microphone')} aria-label={t(mic ? 'room.micOn' : 'room.micOff')}>
          <Icon name={mic ? 'mic' : 'micOff'} size={22} />
        </ToggleButton>
        <ToggleButton className={styles.toggle} isSelected={cam} onChange={() => media.toggle('camera')} aria-label={t(cam ? 'room.cameraOn' : 'room.cameraOff')}>
          <Icon name={cam ? 'camera' : 'cameraOff'} size={22} />
        </ToggleButton>
      </div>
    </section>
  );
}
