using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>What the offline assemblies declare although nothing calls it.</summary>
internal static class OfflineUse
{
    private static readonly string[][] OperatorPairs =
        [["op_Equality", "op_Inequality"], ["op_LessThan", "op_GreaterThan"], ["op_LessThanOrEqual", "op_GreaterThanOrEqual"]];

    // Overloads are there together or not at all, so that the compiler chooses among them as it does with the real package.
    private static string Overloads(string id) => id.Split('(', '~')[0].Split("``")[0];

    /// <summary>The ids of visible methods, properties, events and fields that neither our code nor the offline code uses.</summary>
    public static IEnumerable<string> Unused(IEnumerable<string> ours, IReadOnlyCollection<string> theirs)
    {
        var used = new HashSet<string>();
        var references = ours.Concat(theirs).SelectMany(file => ApiReference.Read(file, RealApi.Covers));
        foreach (var reference in references.Concat(theirs.SelectMany(OwnUses)))
        {
            used.UnionWith([Overloads(reference.Id), Overloads(reference.Owner?.Id ?? reference.Id)]);
        }

        var overridden = ours.Concat(theirs).SelectMany(OverridingNames).ToHashSet();
        return from member in theirs.SelectMany(DefinedApi.Read)
               where !used.Contains(Overloads(member.Id)) && !IsNeededAnyway(member, used, overridden)
               select $"{member.Assembly}: {member.Id}: nothing calls it";
    }

    // Bases and interfaces ask for members, the compiler for one operator beside the other and for a constructor;
    // constants become numbers in the code that uses them; a type is as needed as its members.
    private static bool IsNeededAnyway(DefinedMember member, HashSet<string> used, HashSet<string> overridden) =>
        member.Id[0] == 'T' || member.Constant is not null || member.IsReachedThroughBase
        || member.Modifiers.Contains("abstract") || (member.Access.Length == 0)
        || (member.Modifiers.Contains("virtual") && overridden.Contains(member.Name.Split('.')[^1].Split('<')[0]))
        || member.Id.EndsWith(".#ctor", StringComparison.Ordinal)
        || OperatorPairs.Any(pair => pair.Any(from => pair.Any(to => used.Contains(Overloads(member.Id).Replace(from, to)))));

    private static IEnumerable<string> OverridingNames(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var reader = image.GetMetadataReader();
        return [.. reader.MethodDefinitions.Select(reader.GetMethodDefinition)
            .Where(method => MethodModifiers.Of(method.Attributes, false).Contains("override"))
            .Select(method => reader.GetString(method.Name))
            .SelectMany(name => name.Split('_', 2) is ["get" or "set", var property] ? [name, property] : new[] { name })];
    }

    /// <summary>The methods and fields of its own that the code of an assembly uses.</summary>
    private static IEnumerable<ApiReference> OwnUses(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var reader = image.GetMetadataReader();
        var assembly = reader.GetString(reader.GetAssemblyDefinition().Name);
        var found = new List<ApiReference>();
        var bodies = reader.MethodDefinitions.Select(handle => reader.GetMethodDefinition(handle).RelativeVirtualAddress);
        foreach (var handle in bodies.Where(body => body != 0).SelectMany(body => InstructionTokens.Read(image.GetMethodBody(body))))
        {
            Add(handle);
        }

        return found;

        void Add(EntityHandle handle)
        {
            switch (handle.Kind)
            {
                case HandleKind.MethodSpecification:
                    Add(reader.GetMethodSpecification((MethodSpecificationHandle)handle).Method);
                    break;
                case HandleKind.MethodDefinition:
                    var method = reader.GetMethodDefinition((MethodDefinitionHandle)handle);
                    var signature = method.DecodeSignature(TypeTexts.Writer, ParameterNames.None);
                    found.Add(ApiReference.Method(assembly, TypeId(method.GetDeclaringType()), reader.GetString(method.Name), signature));
                    break;
                case HandleKind.FieldDefinition:
                    var field = reader.GetFieldDefinition((FieldDefinitionHandle)handle);
                    var id = MemberIds.Field(TypeId(field.GetDeclaringType()), reader.GetString(field.Name));
                    found.Add(new(assembly, id, null, null));
                    break;
            }
        }

        string TypeId(TypeDefinitionHandle handle) => TypeTexts.Writer.GetTypeFromDefinition(reader, handle, 0).Id;
    }
}
