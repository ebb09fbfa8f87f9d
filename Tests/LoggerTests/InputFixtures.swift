import Glibc
import Metering

@testable import Logger

/// A serial line without hardware: what is written to `master` arrives at the port `path`.
struct PseudoTerminal: ~Copyable {
  let master: Descriptor
  let path: String

  init() throws {
    let number = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
    guard number >= 0 else { throw SystemError(errno) }
    let master = Descriptor(owning: number)
    // unlockpt and ptsname, which the Glibc module doesn't show: TIOCSPTLCK and TIOCGPTN.
    var lock: Int32 = 0
    var index: Int32 = 0
    guard ioctl(number, 0x4004_5431, &lock) == 0, ioctl(number, 0x8004_5430, &index) == 0 else {
      throw SystemError(errno)
    }
    self.master = master
    path = "/dev/pts/\(index)"
  }
}

/// A TCP server on a free port of this machine.
struct LoopbackServer: ~Copyable {
  private let socket: Descriptor
  let address: TCPAddress

  /// Takes a port; connections are refused until `listen`.
  init(host: String = "127.0.0.1") throws {
    socket = Descriptor(owning: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let number = socket.number
    let bound = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(number, address, size) == 0 && getsockname(number, address, &size) == 0
      }
    }
    guard bound else { throw SystemError(errno) }
    address = try TCPAddress("\(host):\(UInt16(bigEndian: name.sin_port))")
  }

  func listen(backlog: Int32 = 8) {
    Glibc.listen(socket.number, backlog)
  }

  /// Waits for a client.
  func accept() throws -> Descriptor {
    let number = Glibc.accept(socket.number, nil, nil)
    guard number >= 0 else { throw SystemError(errno) }
    return Descriptor(owning: number)
  }
}

extension Descriptor {
  /// Makes closing it drop the TCP connection (RST) in place of ending it (FIN).
  func resetAtClose() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(number, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
  }

  /// Reads until `count` octets have come; fewer after ten seconds.
  func read(count: Int) -> [UInt8] {
    var octets: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while octets.count < count {
      var watched = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
      guard poll(&watched, 1, 10_000) == 1, case .octets(let count) = read(into: &buffer) else { break }
      octets += buffer[..<count]
    }
    return octets
  }
}

/// An input that does what a test says.
struct ScriptedInput: InputSource {
  let name = "script"
  var longestPause: TimeSpan? = .seconds(60)
  let opening: @Sendable () throws(InputError) -> Descriptor

  func open(unless stop: Stop) throws(InputError) -> Descriptor { try opening() }
  func loss(_ cause: SystemError?) -> InputError { InputError(.closed, name, "closed") }
}

/// Thrown when an input has been silent for ten seconds: a test shall fail, not hang.
struct Stuck: Error {}

/// Runs an input loop with short pauses on this thread; `handle` plays the other side of the line as well.
func drive(
  _ source: some InputSource, stop: Stop, _ handle: (InputLoop.Event) throws -> InputLoop.Directive
) throws -> InputLoop.Ending {
  let tick = TimeSpan(milliseconds: 10)
  var silence = 0
  return try InputLoop(source: source, stop: stop, tick: tick, firstPause: tick).run { event in
    if case .idle = event { silence += 1 } else { silence = 0 }
    if silence > 1000 { throw Stuck() }
    return try handle(event)
  }
}
