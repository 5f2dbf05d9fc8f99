#!/usr/bin/env python3
"""Replays every RUN and COPY of the Dockerfile without a container engine, and tries the result.

    sudo deploy/container/replay.py [MODEL]

Each stage is a folder that begins with this machine's own /usr, /bin and /lib (read-only), which
stand for the base images; node and npm must be installed. The last stage begins empty, with only the
shared libraries that the binary names, is mounted read-only, and is served as user 65532. Linux, as
root; needs the network as a build does.
"""
import json, os, pathlib, re, shlex, shutil, subprocess, sys, tempfile, time, urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = sys.argv[1] if len(sys.argv) > 1 else "embedded"
WORK = pathlib.Path(tempfile.mkdtemp(prefix="replay-"))
HOST = ["usr", "bin", "sbin", "lib", "lib64", "etc", "opt"]


def instructions():
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.M)
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if line.strip():
            yield line.split(None, 1)


def main():
    stages, stage, args = {}, None, {"MODEL": MODEL}
    for word, rest in instructions():
        if word == "ARG":
            name, _, value = rest.partition("=")
            args.setdefault(name, value)
        elif word == "FROM":
            base, _, name = re.sub(r"\$\{(\w+)\}", lambda m: args[m[1]], rest).partition(" AS ")
            stage = {"name": name or "final", "env": {}, "cwd": "/", "final": "distroless" in base}
            stage["root"] = WORK / stage["name"]
            if base in stages:
                parent = stages[base]
                stage.update(env=dict(parent["env"]), cwd=parent["cwd"])
                subprocess.run(["cp", "-a", parent["root"], stage["root"]], check=True)
            else:
                stage["root"].mkdir()
            stages[stage["name"]] = stage
            print(f"FROM {base} as {stage['name']}", flush=True)
        elif word == "ENV":
            stage["env"].update(p.split("=", 1) for p in shlex.split(rest))
        elif word == "WORKDIR":
            stage["cwd"] = rest
            (stage["root"] / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif word == "COPY":
            copy(stage, stages, shlex.split(rest))
        elif word == "RUN":
            if stage["name"].startswith("model-") and stage["name"] != f"model-{MODEL}":
                continue  # an engine does not build it either
            run(stage, args, rest)
        elif word in ("ENTRYPOINT", "CMD", "HEALTHCHECK"):
            stage[word] = json.loads(rest[rest.index("["):])
    serve(stages["final"])


def copy(stage, stages, words):
    source = ROOT
    if words[0].startswith("--from="):
        source = stages[words.pop(0)[7:]]["root"]
    *files, target = words
    to = stage["root"] / os.path.join(stage["cwd"], target).lstrip("/")
    for file in files:
        path = source / file.lstrip("/")
        into = to / path.name if target.endswith("/") else to
        into.parent.mkdir(parents=True, exist_ok=True)
        print(f"COPY {file} -> {target}", flush=True)
        subprocess.run(["cp", "-a", path, into], check=True)


def run(stage, args, command):
    print(f"RUN {command[:70]}...", flush=True)
    root = stage["root"]
    overlay = root.with_name(root.name + "-upper")
    script = ["set -e", f"cd {root}"]
    for name in ["dev", "proc", "tmp", "root", "run", *HOST]:
        if (pathlib.Path("/") / name).is_symlink():
            link = os.readlink(f"/{name}")
            script.append(f"[ -e {name} ] || ln -s {link} {name}")
        elif pathlib.Path(f"/{name}").exists():
            (root / name).mkdir(exist_ok=True)
            if name in HOST:  # the stage's own files lie over the machine's
                work = overlay / f"{name}-work"
                work.mkdir(parents=True, exist_ok=True)
                upper = overlay / name
                upper.mkdir(exist_ok=True)
                script.append(f"cp -a {name}/. {upper}/")
                script.append(
                    f"mount -t overlay o -o lowerdir=/{name},upperdir={upper},workdir={work} {name}")
    script += ["mount --rbind /dev dev", "mount -t proc p proc", "chmod 1777 tmp"]
    # The certificate authorities of this machine's network, as an engine's daemon would have them.
    trust = {k: v for k, v in os.environ.items() if re.search("CERT|TLS_CA", k)}
    env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
           **args, **stage["env"], **trust}
    words = " ".join(shlex.quote(f"{k}={v}") for k, v in env.items())
    inner = f"cd {stage['cwd']} && {command}"
    script.append(f"chroot . /usr/bin/env -i {words} /bin/sh -c {shlex.quote(inner)}")
    subprocess.run(["unshare", "-m", "bash", "-c", "\n".join(script)], check=True)
    for name in HOST:  # what the command wrote belongs to the stage
        if (overlay / name).exists():
            subprocess.run(["cp", "-a", f"{overlay / name}/.", root / name], check=True)


def serve(stage):
    root = stage["root"]
    deno = root / "usr/local/bin/deno"
    libraries = re.findall(r"(/\S+) \(0x", subprocess.check_output(["ldd", deno], text=True))
    for library in libraries:
        into = root / library.lstrip("/")
        into.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, into)
    for name in ("dev", "proc", "etc"):
        (root / name).mkdir(exist_ok=True)
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n")
    size = subprocess.check_output(["du", "-sm", root], text=True).split()[0]
    print(f"final image: {size} MB with {len(libraries)} libraries", flush=True)
    env = {**stage["env"], "PORT": "5055", "INFERENCE_WORKERS": "2"}
    words = " ".join(shlex.quote(f"{k}={v}") for k, v in env.items())
    enter = (f"mount --bind {root} {root} && mount --rbind /dev {root}/dev && "
             f"mount -t proc p {root}/proc && mount -o remount,bind,ro {root} && cd {root} && exec ")
    # chroot keeps nothing else readable; env is the host's, called by the loader of nobody
    as_user = "python3 -c " + shlex.quote(
        "import os,sys; os.chroot('.'); os.chdir(sys.argv[1]); os.setgroups([]); os.setgid(65532);"
        "os.setuid(65532); os.execve(sys.argv[2], sys.argv[2:], dict(p.split('=',1) for p in "
        + repr([f"{k}={v}" for k, v in env.items()]) + "))")
    def start(argv):
        line = " ".join(shlex.quote(a) for a in [stage["cwd"], *argv])
        return subprocess.Popen(["unshare", "-m", "bash", "-c", enter + as_user + " " + line])
    began = time.monotonic()
    process = start(stage["ENTRYPOINT"] + stage["CMD"])
    try:
        url = "http://127.0.0.1:5055/"
        while True:
            try:
                if urllib.request.urlopen(url + "v2/health/ready").status == 200:
                    break
            except OSError:
                if process.poll() is not None or time.monotonic() - began > 60:
                    sys.exit("the image does not serve")
                time.sleep(0.05)
        png = (ROOT / "model/samples/metaphase.png").read_bytes()
        request = urllib.request.Request(url + "model/predict", png, {"Content-Type": "image/png"})
        print("answer:", urllib.request.urlopen(request).read().decode())
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        print("user:", re.search(r"Uid:\s+(\d+)", status)[1],
              " resident:", re.search(r"VmRSS:\s+(.*)", status)[1])
        health = start(stage["HEALTHCHECK"]).wait()
        print("health check exits with", health)
        process.terminate()
        code = process.wait(timeout=60)
        print("SIGTERM: exits with", code)
        sys.exit(0 if health == 0 and code == 0 else 1)
    finally:
        if process.poll() is None:
            process.kill()


try:
    main()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
