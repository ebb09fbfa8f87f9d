import Glibc

/// A TCP port like that of a serial server: one client at a time, who gets what the meter sends while connected.
package final class TCPServer: LiveOutput {
  /// How long a client may be busy before it is dropped.
  private static let patience: Int32 = 5000

  package let address: String
  private let listener: Int32
  private var client: Int32?

  /// Listens on an IPv4 address of this host; port 0 takes a free one.
  package init(host: String = "127.0.0.1", port: UInt16) throws(SimulatorError) {
    let wanted = "\(host):\(port)"
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    guard inet_pton(AF_INET, host, &name.sin_addr) == 1 else {
      throw .cannotListen(address: wanted, reason: "the host is not an IPv4 address")
    }
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard listener >= 0 else { throw .cannotListen(address: wanted, reason: systemErrorText()) }
    var yes: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout.size(ofValue: yes)))
    guard TCPServer.withAddress(&name, { bind(listener, $0, $1.pointee) }) == 0, listen(listener, 4) == 0,
      TCPServer.withAddress(&name, { getsockname(listener, $0, $1) }) == 0
    else {
      let reason = systemErrorText()
      close(listener)
      throw .cannotListen(address: wanted, reason: reason)
    }
    setNonBlocking(listener)
    self.listener = listener
    address = "\(host):\(UInt16(bigEndian: name.sin_port))"
  }

  deinit {
    if let client { close(client) }
    close(listener)
  }

  /// Returns when the first client is there.
  package func waitForReader(until stop: () -> Bool) {
    while !stop(), !hasClient() { _ = waitFor(POLLIN, at: listener, milliseconds: 200) }
  }

  package func send(_ octets: [UInt8]) {
    guard hasClient(), let client else { return }
    var sent = 0
    while sent < octets.count {
      let count = octets[sent...].withUnsafeBytes {
        Glibc.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count > 0 {
        sent += count
      } else if errno == EAGAIN, waitFor(POLLOUT, at: client, milliseconds: TCPServer.patience) {
        continue
      } else if errno != EINTR {
        return dropClient()
      }
    }
  }

  /// Lets the next client in when the last one has gone.
  private func hasClient() -> Bool {
    if let client, hasClosed(client) { dropClient() }
    if client == nil {
      let accepted = accept(listener, nil, nil)
      guard accepted >= 0 else { return false }
      setNonBlocking(accepted)
      client = accepted
    }
    return true
  }

  /// Whether the other side has said goodbye. What it sends otherwise is read and forgotten: a meter does not listen.
  private func hasClosed(_ client: Int32) -> Bool {
    var octets = [UInt8](repeating: 0, count: 256)
    while true {
      let count = recv(client, &octets, octets.count, Int32(MSG_DONTWAIT))
      if count == 0 { return true }
      if count < 0 { return errno != EAGAIN && errno != EINTR }
    }
  }

  private func dropClient() {
    if let client { close(client) }
    client = nil
  }

  private static func withAddress(
    _ name: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> Int32 {
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &length) }
    }
  }
}
