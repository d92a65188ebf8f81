import { useTranslation } from 'react-i18next';
import { Picker } from '../ui/Picker';
import styles from './DevicesPanel.module.css';
import { SidePanel } from './SidePanel';
import { useDeviceGroups } from './useDeviceGroups';

const LOOKS = [['mic', 'device.noMicrophone'], ['volume', 'device.noSpeaker'], ['camera', 'device.noCamera']] as const;

/** A phone's bar has no room for the menus beside its buttons: the same choices, in a sheet. */
export function DevicesPanel({ onClose }: { onClose: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const groups = [...useDeviceGroups('microphone'), ...useDeviceGroups('camera')];
  return (
    <SidePanel id="devices" title={t('device.title')} onClose={onClose}>
      <div className={styles.pickers}>
        {groups.map(({ title = '', entries }, i) => {
          const [icon, empty] = LOOKS[i] ?? LOOKS[0];
          return <Picker key={title} label={title} icon={icon} empty={t(empty)} options={entries} value={entries.find((e) => e.selected)?.id ?? ''} onChange={(id) => entries.find((e) => e.id === id)?.onAction()} />;
        })}
      </div>
    </SidePanel>
  );
}
