// The only file that knows which component library draws the form. @vscode/webview-ui-toolkit is
// archived; @vscode-elements/elements has the same elements under the same names.
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextArea,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

/** A form control as the rest of the page sees it. */
export interface Control extends HTMLElement {
  value: string;
  disabled: boolean;
  placeholder: string;
  readOnly: boolean;
}

export function defineControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextArea(),
    vsCodeTextField(),
  );
}
