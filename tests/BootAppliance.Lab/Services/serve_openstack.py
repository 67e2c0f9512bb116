"""Runs the servers of one OpenStack service in the foreground: serve_openstack.py swift|glance FOLDER

The folder holds its configuration. All ends with this process, which ends on SIGTERM, when one of its servers does, or when its standard
input is closed: the program that started it has ended, however it did. SIGUSR1 freezes its servers, SIGUSR2 lets them go on.
"""
import configparser
import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

children = []


def start(run):
    """A child that runs a function and does not outlive us."""
    child = os.fork()
    if child == 0:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        try:
            run()
        finally:
            os._exit(1)
    children.append(child)
    return child


def swift(folder):
    from swift.common import utils
    utils.set_swift_dir(folder)
    from swift.common import wsgi
    from swift.common.ring import RingBuilder
    import swift.account.server, swift.container.server, swift.obj.server, swift.proxy.server

    def conf(server):
        parsed = configparser.RawConfigParser()
        parsed.read(path(server))
        return parsed

    def path(server):
        return os.path.join(folder, server + '-server.conf')

    def serve(server):
        more = {'global_conf_callback': swift.obj.server.global_conf_callback} if server == 'object' else {}
        wsgi.run_wsgi(path(server), server + '-server', verbose=True, **more)

    for server in 'account', 'container', 'object':
        # One device that holds everything once, in as few partitions as there can be.
        port = conf(server).getint('DEFAULT', 'bind_port')
        builder = RingBuilder(1, 1, 1)
        builder.add_dev(dict(region=1, zone=1, ip='127.0.0.1', port=port, replication_ip='127.0.0.1', replication_port=port, device='disk', weight=1, meta=''))
        builder.rebalance()
        builder.get_ring().save(os.path.join(folder, server + '.ring.gz'))

    # tempauth keeps its tokens there. It runs as root only when told to; as another user it would lose the signal of our end.
    host, port = conf('proxy').get('filter:cache', 'memcache_servers').split(':')
    memcached = ['memcached', '-u', 'root', '-l', host, '-p', port, '-U', '0', '-m', '32']
    start(lambda: os.execvp(memcached[0], memcached))
    for server in 'account', 'container', 'object', 'proxy':
        start(lambda: serve(server))


def glance(folder):
    def run(module, *arguments):
        sys.argv = ['glance', '--config-file', os.path.join(folder, 'glance-api.conf'), *arguments]
        module.main()

    def serve():
        from glance.cmd import api
        run(api)

    def make_database():
        from glance.cmd import manage
        run(manage, 'db_sync')

    # In processes of their own: each command claims the configuration of the whole process for itself.
    os.waitpid(start(make_database), 0)
    children.clear()
    start(serve)


def pass_on(number):
    """Servers have process groups of their own: what is to reach them all goes through here."""
    for child in children:
        os.kill(child, number)


def end_if_one_has_ended(*_):
    if os.waitpid(-1, os.WNOHANG) != (0, 0):
        end(1)


def end(status):
    pass_on(signal.SIGKILL)
    os._exit(status)


if __name__ == '__main__':
    signal.signal(signal.SIGTERM, lambda *_: end(0))
    {'swift': swift, 'glance': glance}[sys.argv[1]](os.path.abspath(sys.argv[2]))
    signal.signal(signal.SIGUSR1, lambda *_: pass_on(signal.SIGSTOP))
    signal.signal(signal.SIGUSR2, lambda *_: pass_on(signal.SIGCONT))
    signal.signal(signal.SIGCHLD, end_if_one_has_ended)
    end_if_one_has_ended()
    while os.read(0, 4096):
        pass
    end(0)
