import { Switch } from 'react-aria-components';
import styles from './Sheet.module.css';

interface ToggleProps {
  label: string;
  hint?: string;
  isSelected: boolean;
  onChange: (on: boolean) => void;
}

export function Toggle({ label, hint, isSelected, onChange }: ToggleProps): React.JSX.Element {
  return (
    <Switch className={styles.switch ?? ''} isSelected={isSelected} onChange={onChange}>
      <span className={styles.track} />
      <span className={styles.words}>{label}{hint && <small>{hint}</small>}</span>
    </Switch>
  );
}
