# Searches every slide of a folder, in shards that run side by side:
#   snakemake -s deploy/batch/slides.smk --profile deploy/batch/profile --cores 2 \
#     --directory RESULTS --config slides=$PWD/SLIDES shards=4
# With shards=1, the default, there is one job per slide. The results of a.svs are RESULTS/a.svs.json and the
# files beside it, and its logs are in RESULTS/logs/a.svs/.
# A slide that cannot be read does not stop the others. The same command continues an interrupted run, also
# within a slide: the journals keep every finished tile. After kill -9 or a power failure, run the command
# once with --unlock first.
# Other settings: options="--mpp 0.25 --score tupac" (see `mitosis slide --help`),
# program="deno run -q -P=slide PATH/main.ts" if there is no executable `mitosis`.
from pathlib import Path

slides = Path(config["slides"])
shards = int(config.get("shards", 1))
program = config.get("program", "mitosis")
options = config.get("options", "")
endings = ["json", "geojson", "csv", "midog.json", "png"]
# A folder is a slide of DICOM files.
names = sorted(p.name for p in slides.iterdir() if p.is_dir() or p.suffix.lower() in {".svs", ".tif", ".tiff"})


wildcard_constraints:
    name="[^/]+",


rule all:
    input: expand("{name}.json", name=names)


if shards == 1:

    rule search:
        input: slides / "{name}"
        output: expand("{{name}}.{ending}", ending=endings)
        log: "logs/{name}/search.log"
        threads: 2
        resources: mem_mb=1024
        params: options=options
        shell: "{program} slide {input:q} {params.options} --out . --inference-workers {threads} > {log:q} 2>&1"

else:

    # The output is an empty file, because Snakemake deletes the output of a job that failed, and the journal
    # must survive.
    rule shard:
        input: slides / "{name}"
        output: touch("shards/{name}/{shard}-of-{shards}.done")
        log: "logs/{name}/{shard}-of-{shards}.log"
        threads: 1
        resources: mem_mb=1024
        params: options=options
        shell: "{program} slide {input:q} {params.options} --out . --inference-workers 1 --shard {wildcards.shard}/{wildcards.shards} > {log:q} 2>&1"

    rule merge:
        input:
            slide=slides / "{name}",
            shards=expand("shards/{{name}}/{shard}-of-{shards}.done", shard=range(1, shards + 1), shards=shards),
        output: expand("{{name}}.{ending}", ending=endings)
        log: "logs/{name}/merge.log"
        threads: 1
        resources: mem_mb=1024
        params: options=options
        shell: "{program} slide merge {input.slide:q} {params.options} --out . > {log:q} 2>&1"
