/// <reference lib="dom" />
import { Component, createRef, h, type JSX } from "preact";

/** Where an item is in its list, as CSS. */
export interface ItemStyle {
  readonly top: string;
  readonly left: string;
  readonly width: string;
  readonly height: string;
}

interface VirtualListProps {
  readonly id: string;
  readonly label: string;
  /** Number of items. */
  readonly count: number;
  /** Size of each item in CSS pixels. Without a width, each item has a row of its own. */
  readonly itemHeight: number;
  readonly itemWidth?: number;
  /** Index of the item that is scrolled into view when it changes; -1 for none. */
  readonly selected: number;
  /** Id of the element of the selected item, for screen readers. */
  readonly activeId: string | undefined;
  /** Draws an item, whose element must have this style. */
  item(index: number, style: ItemStyle): JSX.Element;
  onFocus?(): void;
  /** Moves the selection by a number of items. */
  step(by: number): void;
}

interface VirtualListState {
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Rows that are drawn above and below the visible ones. */
const EXTRA_ROWS = 10;

/** A list box that draws only the visible items, so that it scrolls with any number of them. */
export class VirtualList extends Component<VirtualListProps, VirtualListState> {
  readonly host = createRef<HTMLDivElement>();
  observer: ResizeObserver | undefined;
  override state: VirtualListState = { top: 0, width: 300, height: 600 };

  override componentDidMount(): void {
    const host = this.host.current;
    if (host === null) return;
    this.observer = new ResizeObserver(() =>
      this.setState({ width: host.clientWidth, height: host.clientHeight })
    );
    this.observer.observe(host);
    this.showSelected();
  }

  override componentDidUpdate({ selected }: VirtualListProps): void {
    if (selected !== this.props.selected) this.showSelected();
  }

  override componentWillUnmount(): void {
    this.observer?.disconnect();
  }

  /** Scrolls the list until the selected item is visible. `scrollIntoView` would scroll the page as well. */
  showSelected(): void {
    const { selected, itemHeight } = this.props;
    const host = this.host.current;
    if (host === null || selected < 0) return;
    const top = Math.floor(selected / this.columns()) * itemHeight;
    const bottom = top + itemHeight - host.clientHeight;
    host.scrollTop = Math.max(bottom, Math.min(top, host.scrollTop));
  }

  /** Returns the number of items in a row. */
  columns(): number {
    const { itemWidth } = this.props;
    return itemWidth === undefined ? 1 : Math.max(1, Math.floor(this.state.width / itemWidth));
  }

  onKeyDown(event: KeyboardEvent): void {
    const { count, itemHeight, itemWidth, step } = this.props;
    const columns = this.columns();
    const page = Math.max(1, Math.floor(this.state.height / itemHeight) - 1) * columns;
    const steps: Record<string, number> = {
      ArrowDown: columns,
      ArrowUp: -columns,
      PageDown: page,
      PageUp: -page,
      Home: -count,
      End: count,
      ...(itemWidth === undefined ? {} : { ArrowRight: 1, ArrowLeft: -1 }),
    };
    const by = steps[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    step(by);
  }

  override render(
    { id, label, count, itemHeight, itemWidth, activeId, item, onFocus }: VirtualListProps,
    { top, width, height }: VirtualListState,
  ): JSX.Element {
    const columns = this.columns();
    const rows = Math.ceil(count / columns);
    const first = Math.max(0, Math.floor(top / itemHeight) - EXTRA_ROWS);
    const last = Math.min(rows, Math.ceil((top + height) / itemHeight) + EXTRA_ROWS);
    const items: JSX.Element[] = [];
    for (let index = first * columns; index < Math.min(count, last * columns); index++) {
      items.push(item(index, {
        top: `${Math.floor(index / columns) * itemHeight}px`,
        left: itemWidth === undefined ? "0" : `${index % columns * (width / columns)}px`,
        width: `${100 / columns}%`,
        height: `${itemHeight}px`,
      }));
    }
    return h(
      "div",
      {
        ref: this.host,
        id,
        class: "virtual-list",
        role: "listbox",
        tabIndex: 0,
        "aria-label": label,
        "aria-activedescendant": activeId,
        onScroll: () => this.setState({ top: this.host.current?.scrollTop ?? 0 }),
        onKeyDown: (event: KeyboardEvent) => this.onKeyDown(event),
        onFocus,
      },
      h("div", { role: "none", style: { height: `${rows * itemHeight}px` } }, ...items),
    );
  }
}
