import { CsvError, parse } from "csv-parse/sync";
import { messageOf } from "../errors.ts";
import { ACCEPTED_LABELS, readLabel } from "./label.ts";

/** Names of the file column and of the label column. The first name that the table has counts. */
const FILE_COLUMNS = [
  ...["file", "filename", "file_name", "filepath", "file_path", "path"],
  ...["image", "image_path", "image_file", "img", "patch", "patch_path"],
];
const LABEL_COLUMNS = [
  ...["label", "labels", "class", "class_name", "category", "target", "mitosis", "is_mitosis"],
  ...["ground_truth", "truth"],
];

/** Longest part of a first line that is shown, in characters. */
const MAX_SHOWN = 80;

/** A line of a table of labels. */
export interface LabelRow {
  /** The line, from 1, where the row ends. */
  readonly line: number;
  /** The path as it is written. */
  readonly file: string;
  readonly isMitosis: boolean;
}

/** A line without a file or a known label, and the reason. */
export interface BadRow {
  readonly line: number;
  readonly file: string;
  readonly reason: string;
}

/** The content of a table of labels. */
export interface LabelTable {
  readonly rows: readonly LabelRow[];
  readonly bad: readonly BadRow[];
}

interface Line {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * Reads a table of labels: columns for the file and the label, separated by commas, semicolons, tabs,
 * single spaces or `|`.
 * Reads Excel's `sep=;`, an index column with or without a name, as R and pandas write it, and two columns
 * without a header.
 *
 * @throws {Error} whose message completes "… cannot be evaluated: ".
 */
export function readLabelTable(text: string): LabelTable {
  if (text.trim() === "") throw new Error("it is empty");
  if (text.startsWith("PK\x03\x04")) {
    throw new Error("it is a workbook or a zip archive; save the sheet as CSV");
  }
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x08]/.test(text)) {
    throw new Error("it is not a text file; it must be a table such as CSV");
  }
  const [, stated] = /^sep=(.)\r?\n/i.exec(text) ?? [];
  const body = stated === undefined ? text : text.slice(text.indexOf("\n") + 1);
  const firstLine = stated === undefined ? 0 : 1;
  const separators = stated === undefined ? [",", ";", "\t", " ", "|"] : [stated];
  const errors: string[] = [];
  for (const separator of separators) {
    let lines: Line[];
    try {
      lines = split(body, separator, firstLine);
    } catch (thrown) {
      errors.push(explain(thrown, firstLine));
      continue;
    }
    const columns = findColumns(lines);
    if (columns !== undefined) return readRows(lines, columns);
  }
  const [error] = errors;
  if (error !== undefined && errors.length === separators.length) throw new Error(error);
  const [header = ""] = body.split(/\r\n|\r|\n/, 1);
  throw new Error(
    `its first line is '${
      header.slice(0, MAX_SHOWN)
    }', but must name a column for the file, such as ` +
      "'file', and one for the label, such as 'label', separated by a comma, a semicolon or a tab",
  );
}

function split(text: string, delimiter: string, firstLine: number): Line[] {
  const records = parse(text, {
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    trim: delimiter === "," || delimiter === ";",
    record_delimiter: ["\r\n", "\n", "\r"],
  }) as unknown as readonly { record: string[]; info: { lines: number } }[];
  return records.map(({ record, info }) => ({ cells: record, line: info.lines + firstLine }));
}

/** Says in plain words what is wrong with the quotes of a table, and in which line. */
function explain(thrown: unknown, firstLine: number): string {
  if (!(thrown instanceof CsvError)) return messageOf(thrown);
  const lines: unknown = thrown["lines"];
  const place = typeof lines === "number" ? ` in line ${lines + firstLine}` : "";
  return thrown.code === "CSV_QUOTE_NOT_CLOSED"
    ? 'a quote (") is opened and never closed'
    : `a quote (")${place} is neither around a whole cell nor doubled`;
}

/** The indices of the file column and the label column, and of the first row. */
interface Columns {
  readonly file: number;
  readonly label: number;
  readonly start: number;
}

function findColumns([header, ...rows]: readonly Line[]): Columns | undefined {
  if (header === undefined) return undefined;
  const names = header.cells.map((name) => name.trim().toLowerCase().replaceAll(/[\s.-]+/g, "_"));
  const find = (known: readonly string[]) => {
    const name = known.find((one) => names.includes(one));
    return name === undefined ? -1 : names.indexOf(name);
  };
  const [file, label] = [find(FILE_COLUMNS), find(LABEL_COLUMNS)];
  if (file >= 0 && label >= 0) {
    // R's write.table omits the name of its index column, so that rows have one cell more.
    const isShifted = rows.length > 0 &&
      rows.every(({ cells }) => cells.length === header.cells.length + 1);
    const shift = isShifted ? 1 : 0;
    return { file: file + shift, label: label + shift, start: 1 };
  }
  const [first = "", second = ""] = header.cells;
  const hasNoHeader = header.cells.length === 2 && /\.png$/i.test(first) &&
    readLabel(second) !== undefined;
  return hasNoHeader ? { file: 0, label: 1, start: 0 } : undefined;
}

function readRows(lines: readonly Line[], { file, label, start }: Columns): LabelTable {
  const rows: LabelRow[] = [];
  const bad: BadRow[] = [];
  for (const { cells, line } of lines.slice(start)) {
    const path = cells[file]?.trim() ?? "";
    const typed = cells[label]?.trim() ?? "";
    const isMitosis = readLabel(typed);
    if (path === "") bad.push({ line, file: path, reason: "it has no file" });
    else if (isMitosis === undefined) {
      const reason = `its label is '${typed}'; accepted are ${ACCEPTED_LABELS}`;
      bad.push({ line, file: path, reason });
    } else rows.push({ line, file: path, isMitosis });
  }
  return { rows, bad };
}
