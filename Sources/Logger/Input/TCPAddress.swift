/// A host and a port: `meter.local:2001`, `192.0.2.7:2001`, `[2001:db8::7]:2001`.
struct TCPAddress: Hashable, CustomStringConvertible, Sendable {
  let host: String
  let port: UInt16

  init(_ text: String) throws(InputError) {
    func failure(_ reason: String) -> InputError {
      InputError(
        .setting, text, reason, advice: "write host:port, for example 192.0.2.7:2001 or [2001:db8::7]:2001")
    }
    guard let colon = text.lastIndex(of: ":") else { throw failure("has no port") }
    guard let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
      throw failure("the port is not a number from 1 to 65535")
    }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      throw failure("an IPv6 address needs brackets")
    }
    guard !host.isEmpty else { throw failure("has no host") }
    guard !host.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else { throw failure("has a blank in the host") }
    self.host = String(host)
    self.port = port
  }

  var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
