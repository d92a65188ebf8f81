import { Checkbox } from 'react-aria-components';
import styles from './Check.module.css';
import { Icon } from './Icon';

/** One of several, in a CheckboxGroup. */
export function Check({ value, children }: { value: string; children: React.ReactNode }): React.JSX.Element {
  return (
    <Checkbox value={value} className={styles.check ?? ''}>
      <span className={styles.box}><Icon name="check" size={16} /></span>
      {children}
    </Checkbox>
  );
}
