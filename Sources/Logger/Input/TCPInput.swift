import Glibc
import Metering

/// A TCP server that passes on what a serial port receives: ser2net in raw mode, an Ethernet or Wi-Fi bridge.
struct TCPInput: InputSource {
  let address: TCPAddress
  /// How long one attempt to connect may take, over all addresses of the host.
  var connectLimit = TimeSpan.seconds(5)

  init(_ address: TCPAddress) {
    self.address = address
  }

  var name: String { address.description }
  var longestPause: TimeSpan? { .seconds(60) }

  func open(unless stop: Stop) throws(InputError) -> Descriptor {
    let candidates = try HostLookup.addresses(of: address, unless: stop)
    let deadline = Deadline(in: connectLimit)
    var failures: [SystemError] = []
    for (index, candidate) in candidates.enumerated() {
      // Each gets a fair share of the time, so that a dead IPv6 route leaves some for IPv4.
      let share = TimeSpan(milliseconds: deadline.remaining.milliseconds / Int64(candidates.count - index))
      do throws(SystemError) {
        return try connect(to: candidate, within: share, unless: stop)
      } catch {
        failures.append(error)
      }
    }
    // Often a host has an IPv6 address that cannot be reached from here: what the other address says tells more.
    let failure = failures.first { !TCPInput.unreachable.contains($0.code) } ?? failures.first
    throw failureToConnect(failure ?? SystemError(EADDRNOTAVAIL))
  }

  func loss(_ cause: SystemError?) -> InputError {
    guard let cause else {
      return InputError(.closed, name, "the other side has closed the connection")
    }
    switch cause.code {
    case ECONNRESET:
      return InputError(.reset, name, "the other side has dropped the connection", advice: "it may have restarted")
    case ETIMEDOUT, EHOSTUNREACH, ENETUNREACH:
      return InputError(.timedOut, name, "the other side no longer answers", advice: "check the network and the bridge")
    default: return InputError(.system, name, "the connection has failed: \(cause)")
    }
  }

  private static let unreachable = [EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL]

  private func connect(
    to candidate: SocketAddress, within span: TimeSpan, unless stop: Stop
  ) throws(SystemError) -> Descriptor {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let number = socket(candidate.family, type, 0)
    guard number >= 0 else { throw SystemError(errno) }
    let port = Descriptor(owning: number)
    keepAlive(port)
    if candidate.connect(number) != 0 {
      guard errno == EINPROGRESS else { throw SystemError(errno) }
      switch stop.wait(for: number, events: POLLOUT, upTo: span) {
      case .ready: break
      case .timedOut: throw SystemError(ETIMEDOUT)
      case .stopped: throw SystemError(ECANCELED)
      }
      var result: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      guard getsockopt(number, SOL_SOCKET, SO_ERROR, &result, &size) == 0 else { throw SystemError(errno) }
      guard result == 0 else { throw SystemError(result) }
    }
    return port
  }

  /// Probes a silent connection after 10 s, and gives it up 15 s later: a bridge that has lost its power says no
  /// goodbye, and we never send anything that it could leave unanswered.
  private func keepAlive(_ port: borrowing Descriptor) {
    func set(_ level: Int32, _ option: Int32, _ value: Int32) {
      var value = value
      setsockopt(port.number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
    set(SOL_SOCKET, SO_KEEPALIVE, 1)
    set(Int32(IPPROTO_TCP), TCP_KEEPIDLE, 10)
    set(Int32(IPPROTO_TCP), TCP_KEEPINTVL, 5)
    set(Int32(IPPROTO_TCP), TCP_KEEPCNT, 3)
  }

  private func failureToConnect(_ cause: SystemError) -> InputError {
    switch cause.code {
    case ECANCELED: InputError(.stopped, name, "stopped while connecting")
    case ECONNREFUSED:
      InputError(
        .refused, name, "the host answers, but nothing listens on that port",
        advice: "check the port number, and that the bridge (ser2net, …) runs")
    case ETIMEDOUT:
      InputError(
        .timedOut, name, "no answer within \(connectLimit.milliseconds / 1000) s",
        advice: "check the address, the network and the bridge's power")
    case _ where TCPInput.unreachable.contains(cause.code):
      InputError(.unreachable, name, "cannot be reached: \(cause)", advice: "check the address and the network")
    default: InputError(.system, name, "cannot connect: \(cause)", advice: "check the address and the network")
    }
  }
}
