import { deepEqual, equal, match, throws } from "node:assert/strict";
import { decodeText } from "../../src/files/decode_text.ts";
import { readLabelTable } from "../../src/evaluation/label_table.ts";
import { shared, sharedTest } from "../optional.ts";

function utf16(text: string, isBigEndian: boolean, hasMark: boolean): Uint8Array {
  const units = [...(hasMark ? "\ufeff" : "") + text].map((letter) => letter.charCodeAt(0));
  const bytes = new Uint8Array(units.length * 2);
  const view = new DataView(bytes.buffer);
  units.forEach((unit, i) => view.setUint16(i * 2, unit, !isBigEndian));
  return bytes;
}

/** Tables as programs write them; each says that a.png is a mitosis and "b, c.png" is none. */
const dialects: Readonly<Record<string, string | Uint8Array>> = {
  "Python's csv.writer": 'file,label\r\na.png,1\r\n"b, c.png",0\r\n',
  "Python's csv.QUOTE_ALL": '"file","label"\r\n"a.png","1"\r\n"b, c.png","0"\r\n',
  "pandas to_csv with its index": ',file,label\n0,a.png,1.0\n1,"b, c.png",0.0\n',
  "pandas to_csv of booleans": 'file,label\na.png,True\n"b, c.png",False\n',
  "pandas to_csv with sep tab": "file\tlabel\na.png\t1\nb, c.png\t0\n",
  "pandas to_csv, other columns first": 'case,split,image,target\nx,1,a.png,1\ny,2,"b, c.png",0\n',
  "R's write.csv": '"","file","label"\n"1","a.png",1\n"2","b, c.png",0\n',
  "R's write.csv of logicals": '"file","label"\n"a.png",TRUE\n"b, c.png",FALSE\n',
  "R's write.csv2": '"";"file";"label"\n"1";"a.png";1\n"2";"b, c.png";0\n',
  "R's write.table": '"file" "label"\n"1" "a.png" 1\n"2" "b, c.png" 0\n',
  "R's write.table with sep comma": '"file","label"\n"1","a.png",1\n"2","b, c.png",0\n',
  "readr's write_tsv": "file\tlabel\na.png\tmitosis\nb, c.png\tnon-mitosis\n",
  "Excel in English, CSV UTF-8": '\ufefffile,label\r\na.png,1\r\n"b, c.png",0\r\n',
  "Excel in German, CSV UTF-8": "\ufefffile;label\r\na.png;1,0\r\nb, c.png;0,0\r\n",
  "Excel in German, Unicode text": utf16(
    'file\tlabel\r\na.png\tWAHR\r\n"b, c.png"\tFALSCH\r\n',
    false,
    true,
  ),
  "UTF-16, big-endian": utf16('file,label\r\na.png,1\r\n"b, c.png",0\r\n', true, true),
  "UTF-16 without a mark": utf16('file,label\r\na.png,1\r\n"b, c.png",0\r\n', false, false),
  "Excel with sep=": "sep=;\r\nfile;label\r\na.png;1\r\nb, c.png;0\r\n",
  "Excel on old Macs, CR": 'file,label\ra.png,1\r"b, c.png",0\r',
  "LibreOffice, text cells quoted": '"file";"label"\n"a.png";1\n"b, c.png";0\n',
  "an editor: spaces, blank lines, no end":
    'File , Label\n\na.png , Mitosis \n"b, c.png", normal\n\n',
  "a table without a header": 'a.png,mitotic figure\n"b, c.png",hard negative\n',
  "MIDOG's class names":
    'filename,class_name\na.png,mitotic figure\n"b, c.png",non-mitotic figure\n',
  "empty columns of a spreadsheet": 'file,label,,\r\na.png,1,,\r\n"b, c.png",0,,\r\n,,,\r\n',
};

for (const [name, content] of Object.entries(dialects)) {
  Deno.test(`a table of labels is read: ${name}`, () => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const { rows, bad } = readLabelTable(decodeText(bytes));
    deepEqual(bad, []);
    deepEqual(rows.map(({ file, isMitosis }) => [file, isMitosis]), [
      ["a.png", true],
      ["b, c.png", false],
    ]);
  });
}

Deno.test("letters that are not ASCII are read in UTF-8 and in Windows-1252", () => {
  const text = "file;label\r\nMüller.png;1\r\nb.png;0\r\n";
  const windows = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  equal(readLabelTable(decodeText(windows)).rows[0]?.file, "Müller.png");
  equal(readLabelTable(decodeText(new TextEncoder().encode(text))).rows[0]?.file, "Müller.png");
});

Deno.test("a line without a file or a known label is named, and the others are read", () => {
  const { rows, bad } = readLabelTable(
    "file,label\na.png,1\nb.png,2\nc.png,NA\n,1\nd.png\ne.png,atypical\nf.png,0\n",
  );
  deepEqual(rows.map(({ file, line }) => [file, line]), [["a.png", 2], ["f.png", 8]]);
  deepEqual(bad.map(({ line }) => line), [3, 4, 5, 6, 7]);
  match(bad[0]?.reason ?? "", /its label is '2'; accepted are 1, true, mitosis/);
});

Deno.test("a table without the columns is refused with its first line", () => {
  throws(() => readLabelTable("name,score\na,1\n"), /first line is 'name,score', but must name/);
  throws(() => readLabelTable(" \n"), /it is empty/);
  throws(
    () => readLabelTable("PK\x03\x04\x14"),
    /a workbook or a zip archive; save the sheet as CSV/,
  );
  throws(() => readLabelTable("\x89PNG\r\n\x1a\n\0"), /it is not a text file/);
  throws(
    () => readLabelTable('file,label\n"a.png,1\n'),
    /a quote \("\) is opened and never closed/,
  );
  throws(() => readLabelTable('file,label\na"b.png,1\n'), /a quote \("\) in line 2 is neither/);
});

for (const name of ["r-write-csv.csv", "semicolon-bom.csv"]) {
  sharedTest(`${name} of the failing inputs is read`, async () => {
    const bytes = await Deno.readFile(`${shared}/failing-inputs/${name}`);
    const { rows } = readLabelTable(decodeText(bytes));
    deepEqual(rows.map(({ file, isMitosis }) => [file, isMitosis]), [
      ["metaphase.png", true],
      ["stroma.png", false],
    ]);
  });
}
