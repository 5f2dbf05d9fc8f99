/// <reference lib="dom" />
import { Component, createRef, h, type JSX } from "preact";

interface TypedInputProps {
  readonly type: "text" | "number";
  /** The value that is shown until the person types another. */
  readonly value: string;
  readonly label?: string;
  readonly placeholder?: string;
  readonly describedBy?: string;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number | "any";
  readonly maxLength?: number;
  /** Receives the text when the person has typed a valid one and leaves the input or presses Enter. */
  entered(text: string): void;
}

/** An input that keeps what the person types when the page is drawn again meanwhile. */
export class TypedInput extends Component<TypedInputProps> {
  readonly input = createRef<HTMLInputElement>();

  override componentDidMount(): void {
    if (this.input.current) this.input.current.value = this.props.value;
  }

  override componentDidUpdate({ value }: TypedInputProps): void {
    if (this.input.current && value !== this.props.value) {
      this.input.current.value = this.props.value;
    }
  }

  override render(
    { type, label, placeholder, describedBy, min, max, step, maxLength }: TypedInputProps,
  ): JSX.Element {
    return h("input", {
      ref: this.input,
      type,
      "aria-label": label,
      "aria-describedby": describedBy,
      placeholder,
      min,
      max,
      step,
      maxLength,
      onChange: () => {
        const input = this.input.current;
        if (input?.reportValidity()) this.props.entered(input.value.trim());
      },
    });
  }
}
