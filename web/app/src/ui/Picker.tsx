import { Button, Label, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';
import { Icon, type IconName } from './Icon';
import styles from './Picker.module.css';

interface PickerProps {
  label: string;
  icon: IconName;
  value: string;
  empty: string;
  options: readonly { id: string; label: string }[];
  onChange: (id: string) => void;
  children?: React.ReactNode;
}

export function Picker({ label, icon, value, empty, options, onChange, children }: PickerProps): React.JSX.Element {
  const selected = options.some((o) => o.id === value) ? value : (options[0]?.id ?? null);
  return (
    <Select className={styles.picker} value={selected} isDisabled={options.length === 0} placeholder={empty} onChange={(key) => onChange(String(key))}>
      <Label className={styles.label}>{label}</Label>
      <div className={styles.row}>
        <Button className={styles.button}>
          <Icon name={icon} size={18} />
          <SelectValue className={styles.value} />
          <Icon name="chevronDown" size={16} />
        </Button>
        {children}
      </div>
      <Popover className={styles.popover}>
        <ListBox className={styles.list} items={options}>
          {(o) => (
            <ListBoxItem id={o.id} textValue={o.label} className={styles.option}>
              {o.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
