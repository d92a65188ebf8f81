import { FieldError, Input, Label, TextField, type TextFieldProps } from 'react-aria-components';
import styles from './Field.module.css';

interface FieldProps extends TextFieldProps {
  label: string;
  placeholder?: string;
  error?: string;
}

export function Field({ label, placeholder, error, ...rest }: FieldProps): React.JSX.Element {
  return (
    <TextField {...rest} isInvalid={!!error} className={styles.field ?? ''}>
      <Label className={styles.label}>{label}</Label>
      <Input className={styles.input} placeholder={placeholder} />
      <FieldError className={styles.error}>{error}</FieldError>
    </TextField>
  );
}
