/** A command line that people type, and what it must do. */
export interface CommandLineCase {
  readonly line: string;
  readonly code: number;
  /** What it must print on standard output; by default, nothing. */
  readonly out?: RegExp;
  /** What it must print on standard error besides the research-use sentence; by default, nothing. */
  readonly err?: RegExp;
}

/** The lines of the table in `docs/command-line.md`. They run in this order, in one folder. */
export const commandLines: readonly CommandLineCase[] = [
  { line: "mitosis --version", code: 0, out: /^\d+\.\d+\.\d+\n$/ },
  { line: "mitosis --help", code: 0, out: /Commands[^]*detect FILE/ },
  { line: "mitosis help detect", code: 0, out: /^detect FILE[^]*--no-overwrite/ },
  { line: "mitosis detect fields/a.png -h", code: 0, out: /^detect FILE[^]*-q, --quiet/ },
  { line: "mitosis help evaluate fields", code: 0, out: /^evaluate fields FOLDER/ },
  { line: "mitosis detct fields/a.png", code: 2, err: /no command 'detct'.* mean 'detect'\?/ },
  { line: "mitosis fields/a.png", code: 2, err: /type detect fields\/a\.png; to score a patch/ },
  { line: "mitosis detect", code: 2, err: /^detect needs at least one image file/ },
  {
    line: "mitosis detect fields/a.png --treshold 0.5",
    code: 2,
    err: /no option '--treshold'\. Did you mean '--threshold'\?/,
  },
  { line: "mitosis detect fields/a.png --threshold", code: 2, err: /^--threshold needs a value/ },
  { line: "mitosis detect fields/a.png --keep=1", code: 2, err: /^--keep takes no value/ },
  {
    line: "mitosis detect fields/a.png --threshold 2",
    code: 2,
    err: /^--threshold is '2'; it must be a number from 0 to 1\./,
  },
  {
    line: "mitosis detect fields/a.png",
    code: 0,
    out: /^fields\/a\.png {2}320 x 256 px, .* {3}1 mitosis {3}195\.3 \/ mm² {3}\d+\.\d s\n$/,
  },
  {
    line: "mitosis detect fields/a.png --out fields/a.png",
    code: 2,
    err: /would be written to 'fields\/a\.png', which is one of the images that are read/,
  },
  {
    line: "mitosis detect fields/a.png --out link.json",
    code: 2,
    err: /would be written to 'link\.json', which is one of the images/,
  },
  {
    line: "mitosis detect fields/a.png --out fields/A.PNG",
    code: 2,
    err: /would be written to 'fields\/A\.PNG', which is one of the images/,
  },
  {
    line: "mitosis detect fields/a.png --out a.xlsx",
    code: 2,
    err: /'a\.xlsx', whose ending no format has; it must end with \.json, \.csv/,
  },
  {
    line: "mitosis detect fields/a.png --out a.csv --format json",
    code: 2,
    err: /'a\.csv', the name of a csv file, but --format is json/,
  },
  {
    line: "mitosis detect fields/a.png --out a.geojsn",
    code: 2,
    err: /Did you mean '\.geojson'\?/,
  },
  {
    line: "mitosis detect fields/a.png --out results/",
    code: 0,
    out: /wrote results\/a\.png\.json\n$/,
  },
  {
    line: "mitosis detect ./fields/a.png fields/a.png --out results/",
    code: 0,
    out: /^\.\/fields\/a\.png {2}already there: results\/a\.png\.json\n$/,
  },
  { line: "mitosis detect fields/a.png --out results/ --quiet", code: 0 },
  {
    line: "mitosis detect fields/a.png --out results/ --threshold 0.5 --no-overwrite",
    code: 1,
    out: /failed: 'results\/a\.png\.json' is there and differs: the option threshold\./,
  },
  {
    line: "mitosis detect fields/a.png --out results/ --threshold 0.5",
    code: 0,
    out: /wrote results\/a\.png\.json, replaced: the option threshold\n$/,
  },
  {
    line: "mitosis detect fields/ --out results/",
    code: 0,
    out:
      /^fields\/a\.png .*replaced: the option threshold\nfields\/case2\/b\.png .*results\/case2\/b\.png\.json\nfields\/case10\/b\.png .*\n$/,
  },
  {
    line: "mitosis detect 'fields/case*/*.png' --out results/tables/ --format csv",
    code: 0,
    out: /tables\/case2\/b\.png\.csv\n.*tables\/case10\/b\.png\.csv\n$/,
  },
  {
    line: "mitosis detect fields/case2/b.png fields/case10/b.png --out both/",
    code: 0,
    out: /both\/case2\/b\.png\.json\n.*both\/case10\/b\.png\.json\n$/,
  },
  { line: "mitosis detect empty/", code: 1, out: /'empty\/' has no PNG, JPEG or TIFF images/ },
  { line: "mitosis detect 'nothing*.tif'", code: 1, out: /No file matches 'nothing\*\.tif'/ },
  {
    line: "mitosis detect missing.png text.png fields/a.png",
    code: 1,
    out:
      /^missing\.png {2} *failed: 'missing\.png' cannot be read: there is no such file.*\ntext\.png +failed: The image is of an unknown format.*\nfields\/a\.png .*1 mitosis/,
  },
  {
    line: "mitosis detect text.png --quiet",
    code: 1,
    err: /^text\.png {2}failed: The image is of an unknown format/,
  },
  { line: "mitosis detect - < fields/a.png", code: 0, out: /^- {2}320 x 256 px.*1 mitosis/ },
  {
    line: "mitosis detect - --out - --format csv < fields/a.png",
    code: 0,
    out: /^x,y,x_um.*\r\n.*,stdin,/,
    err: /^- {2}320 x 256 px.*1 mitosis/,
  },
  { line: "mitosis detect -- --help.png", code: 0, out: /^--help\.png {2}320 x 256 px/ },
  {
    line: "mitosis detect fields/a.png --json",
    code: 0,
    out: /^\{"file":"fields\/a\.png","status":"searched",.*"provenance":\{.*\}\}\n$/,
  },
  {
    line: "mitosis detect text.png --json",
    code: 1,
    out: /^\{"file":"text\.png","status":"failed","error":\{"code":"image_unsupported",.*\}\}\n$/,
  },
  {
    line: "mitosis detect fields/a.png --config mitosis.toml",
    code: 0,
    out: /wrote from-file\/a\.png\.geojson\n$/,
  },
  {
    line: "mitosis detect fields/a.png --config typo.toml",
    code: 1,
    err:
      /'typo\.toml' has 'treshold' in \[detect\], which is not known\. Did you mean 'threshold'\?/,
  },
  {
    line: "mitosis predict patches/mitosis/",
    code: 0,
    out: /^\{"file":"patches\/mitosis\/anaphase\.png","probability":0\.99.*\n.*metaphase/,
  },
  {
    line: "mitosis predict - < patches/mitosis/metaphase.png",
    code: 0,
    out: /^\{"file":"-","probability":0\.99983/,
  },
  {
    line: "MODEL_DIR=none mitosis predict patches/mitosis/metaphase.png",
    code: 1,
    err: /'none' cannot be served: manifest\.json cannot be read/,
  },
  {
    line: "mitosis evaluate patches/",
    code: 0,
    out: /: 4 patches, 2 of them mitoses[^]*AUC +1\.0/,
  },
  {
    line: "mitosis evaluate labels.csv",
    code: 1,
    out:
      /^lost\.png \(line 4\) {2}failed: there is no such file\ntext\.png {2}failed: The image[^]*4 patches, 2 of them mitoses[^]*could not be read +2/,
  },
  {
    line: "mitosis evaluate labels.csv --strict",
    code: 1,
    err: /The patch 'lost\.png \(line 4\)' cannot be read: there is no such file/,
  },
  {
    line: "mitosis evaluate patches/ --out curves.png",
    code: 2,
    err: /--out is 'curves\.png', but an SVG is written; its name must end with \.svg/,
  },
  {
    line: "mitosis evaluate fields annotated/",
    code: 0,
    out: /: 1 fields, 1 mitoses[^]*average precision +1\.000/,
  },
  {
    line: "mitosis completion bash",
    code: 0,
    out: /^# Completion of mitosis for bash\.[^]*complete -o filenames -F _mitosis mitosis/,
  },
  { line: "mitosis completion tcsh", code: 2, err: /needs one shell: bash, zsh, fish, powershell/ },
  { line: "mitosis slide", code: 2, err: /^slide needs at least one slide/ },
  {
    line: "mitosis slide missing.svs --json",
    code: 1,
    out: /^\{"file":"missing\.svs","status":"failed","error":\{"code":"file_unreadable",.*\}\}\n$/,
  },
  {
    line: "mitosis serve --port http",
    code: 2,
    err: /^--port is 'http'; it must be a whole number/,
  },
];
