// What a policy sees and says belongs to the surface of the library.
@_exported import Policies
