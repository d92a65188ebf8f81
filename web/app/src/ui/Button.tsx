import { Button as AriaButton, type ButtonProps as AriaProps } from 'react-aria-components';
import styles from './Button.module.css';
import { Icon, type IconName } from './Icon';

interface ButtonProps extends AriaProps {
  variant?: 'primary' | 'secondary' | 'quiet' | 'danger';
  size?: 's' | 'm' | 'l';
  icon?: IconName;
  children?: React.ReactNode;
}

export function Button({ variant = 'secondary', size = 'm', icon, children, ...rest }: ButtonProps): React.JSX.Element {
  return (
    <AriaButton {...rest} className={`${styles.button} ${styles[variant]} ${styles[size]} ${children ? '' : styles.square}`}>
      {icon && <Icon name={icon} size={size === 's' ? 18 : 20} />}
      {children}
    </AriaButton>
  );
}
