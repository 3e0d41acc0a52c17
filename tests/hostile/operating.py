"""The hub at work while its machine misbehaves. Each public function is a `do` of operating.toml; `with` are its words."""
import errno
import http.client
import os
import signal
import subprocess
import threading
import time

from program import Broken, free_port
from storage import MAILS, _ends, _mounted, filled, sound


def run(program, one, folder):
    DOES[one["do"]](program, one, folder, **one.get("with", {}))


def _asks(port, path, seconds=10):
    """The status of one request on a connection of its own; 0 when it fails."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status
    except (OSError, http.client.HTTPException):
        return 0


def _until(port, path, status, seconds, child):
    deadline = time.monotonic() + seconds
    got = None
    while time.monotonic() < deadline and child.poll() is None:
        got = _asks(port, path)
        if got == status:
            return
        time.sleep(0.05)
    raise Broken(f"{path} answers {got}, not {status}, after {seconds} s: {child.log.read_text(errors='replace')[-200:]}")


def _serves(program, folder, data, more=""):
    port = free_port()
    config = folder / "amends.toml"
    config.write_text(f"[hub]\nlow_disk_mib = 64\n[http]\nlisten = \"127.0.0.1:{port}\"\n{more}")
    config.chmod(0o600)
    log = folder / "serve.log"
    with open(log, "wb") as err:
        child = subprocess.Popen([str(program.path), "serve", "--data", str(data), "--config", str(config)],
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err,
                                 env=program.environment, start_new_session=True)
    child.log = log
    return child, port


def _end(child):
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
    _ends(child, 0, 40)


def _fill_up(disk, leave):
    """Somebody else's file takes all but `leave` bytes; the hub may be writing its ballast anew at the same time."""
    with open(disk / "somebody else's", "wb", buffering=0) as file:
        while (room := os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize - leave) > 0:
            try:
                file.write(b"\1" * min(room, 1 << 20))
            except OSError as full:
                if full.errno != errno.ENOSPC:
                    raise
                return


def low_disk(program, one, folder):
    """A disk that fills up while the hub serves: it says so, stays alive, and is ready again by itself."""
    disk = folder / "disk"
    _mounted(disk, "size=320m")
    child = None
    try:
        data = filled(program, disk)
        child, port = _serves(program, folder, data)
        _until(port, "/readyz", 200, 20, child)
        for _ in range(2):
            _fill_up(disk, leave=20 << 20)
            _until(port, "/readyz", 503, 15, child)
            if _asks(port, "/livez") != 200:
                raise Broken("it isn't alive")
            if (data / "ballast").exists():
                raise Broken("the ballast was kept")
            (disk / "somebody else's").unlink()
            _until(port, "/readyz", 200, 15, child)
        _end(child)
        child = None
        (data / "ballast").unlink(missing_ok=True)
        sound(program, data, MAILS)
    finally:
        if child is not None:
            child.kill()
            child.wait()
        subprocess.run(["umount", "-l", str(disk)], capture_output=True)


def restarted(program, one, folder, times):
    """The serving process is exchanged under load: no request fails."""
    data = filled(program, folder)
    child, port = _serves(program, folder, data)
    answers, ending = [], threading.Event()

    def client():
        while not ending.is_set():
            answers.append(_asks(port, "/livez", 30))
            time.sleep(0.01)  # below what one address may ask for
    try:
        _until(port, "/readyz", 200, 20, child)
        clients = [threading.Thread(target=client) for _ in range(4)]
        for one_client in clients:
            one_client.start()
        for _ in range(times):
            time.sleep(0.4)
            child.send_signal(signal.SIGHUP)
        time.sleep(1)
        _until(port, "/readyz", 200, 20, child)
        ending.set()
        for one_client in clients:
            one_client.join()
        starts = child.log.read_bytes().count(b'"serving"')
        failed = sum(status != 200 for status in answers)
        if failed or starts < 3:
            kinds = {status: answers.count(status) for status in set(answers)}
            raise Broken(f"{failed} of {len(answers)} requests failed over {starts} serving processes: {kinds}")
    finally:
        ending.set()
        _end(child)
    sound(program, data, MAILS)


DOES = {f.__name__: f for f in (low_disk, restarted)}
