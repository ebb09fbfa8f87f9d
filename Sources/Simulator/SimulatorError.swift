/// What the simulator could not do, and what the user can do about it.
package enum SimulatorError: Error, Hashable, CustomStringConvertible {
  case unknownModel(String)
  case cannotWrite(path: String, reason: String)
  case cannotOpenTerminal(reason: String)
  case cannotLink(path: String, reason: String)
  case cannotListen(address: String, reason: String)

  package var description: String {
    switch self {
    case .unknownModel(let name): "there is no meter model '\(name)'; 'ams-simulator meters' lists them"
    case .cannotWrite(let path, let reason): "cannot write \(path): \(reason); choose another --output"
    case .cannotOpenTerminal(let reason): "cannot open a pseudo-terminal: \(reason)"
    case .cannotLink(let path, let reason): "cannot make the link \(path): \(reason); choose another --link"
    case .cannotListen(let address, let reason): "cannot listen on \(address): \(reason); choose another --tcp"
    }
  }
}
