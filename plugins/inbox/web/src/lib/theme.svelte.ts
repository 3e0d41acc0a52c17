// The switch for theme and text size; /theme.js paints before the first frame and when the system changes.
import { forget, keep, kept } from './kept';

export type Theme = 'system' | 'light' | 'dark';
export type Size = 'small' | 'medium' | 'large';

class Look {
  theme = $state<Theme>((kept('theme') as Theme | null) ?? 'system');
  size = $state<Size>((kept('size') as Size | null) ?? 'medium');
  setTheme(theme: Theme): void {
    this.theme = theme;
    if (theme === 'system') forget('theme');
    else keep('theme', theme);
    dispatchEvent(new Event('amends:theme'));
  }
  setSize(size: Size): void {
    this.size = size;
    if (size === 'medium') {
      forget('size');
      delete document.documentElement.dataset.size;
    } else {
      keep('size', size);
      document.documentElement.dataset.size = size;
    }
  }
}
export const look = new Look();
