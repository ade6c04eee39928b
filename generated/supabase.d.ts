// DO NOT EDIT. Written by `npm run db:types`.
// import type { Database } from 'cordon/supabase': the official shape for createClient<Database>().

export type Json =
  | string
  | number
  | boolean
  | null
  | { [key: string]: Json | undefined }
  | Json[]

export type Database = {
  // Allows to automatically instantiate createClient with right options
  // instead of createClient<Database, { PostgrestVersion: 'XX' }>(URL, KEY)
  __InternalSupabase: {
    PostgrestVersion: "13"
  }
  public: {
    Tables: {
      access_restrictions: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          id: string
          lifted_at: string | null
          organisation_id: string
          patient_id: string
          patient_status: "active" | "inactive" | "archived"
          restricted_user_id: string | null
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          lifted_at?: string | null
          organisation_id: string
          patient_id: string
          patient_status?: "active" | "inactive" | "archived"
          restricted_user_id?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          lifted_at?: string | null
          organisation_id?: string
          patient_id?: string
          patient_status?: "active" | "inactive" | "archived"
          restricted_user_id?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "access_restrictions_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "access_restrictions_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "access_restrictions_organisation_id_restricted_user_id_fkey"
            columns: ["organisation_id", "restricted_user_id"]
            isOneToOne: false
            referencedRelation: "organisation_members"
            referencedColumns: ["organisation_id", "user_id"]
          },
          {
            foreignKeyName: "access_restrictions_organisation_id_restricted_user_id_fkey"
            columns: ["organisation_id", "restricted_user_id"]
            isOneToOne: false
            referencedRelation: "user_clinic_access"
            referencedColumns: ["clinic_id", "user_id"]
          },
        ]
      }
      admissions: {
        Row: {
          actor_kind: "user" | "system"
          admitted_at: string | null
          archived_at: string | null
          archived_by_user_id: string | null
          bed_id: string | null
          case_id: string | null
          created_at: string
          created_by_user_id: string | null
          discharged_at: string | null
          disposition:
            | "home"
            | "transferred"
            | "left_against_advice"
            | "deceased"
            | "other"
            | null
          id: string
          last_status_change_at: string | null
          last_status_change_by_user_id: string | null
          organisation_id: string
          patient_id: string
          patient_status: "active" | "inactive" | "archived"
          status: "planned" | "admitted" | "discharged" | "cancelled"
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          admitted_at?: string | null
          archived_at?: string | null
          archived_by_user_id?: string | null
          bed_id?: string | null
          case_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          discharged_at?: string | null
          disposition?:
            | "home"
            | "transferred"
            | "left_against_advice"
            | "deceased"
            | "other"
            | null
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          organisation_id: string
          patient_id: string
          patient_status?: "active" | "inactive" | "archived"
          status?: "planned" | "admitted" | "discharged" | "cancelled"
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          admitted_at?: string | null
          archived_at?: string | null
          archived_by_user_id?: string | null
          bed_id?: string | null
          case_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          discharged_at?: string | null
          disposition?:
            | "home"
            | "transferred"
            | "left_against_advice"
            | "deceased"
            | "other"
            | null
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          organisation_id?: string
          patient_id?: string
          patient_status?: "active" | "inactive" | "archived"
          status?: "planned" | "admitted" | "discharged" | "cancelled"
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "admissions_organisation_id_bed_id_fkey"
            columns: ["organisation_id", "bed_id"]
            isOneToOne: false
            referencedRelation: "beds"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "admissions_organisation_id_case_id_patient_id_fkey"
            columns: ["organisation_id", "case_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "cases"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
          {
            foreignKeyName: "admissions_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "admissions_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
        ]
      }
      agreements: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          ends_on: string | null
          id: string
          number: string
          organisation_id: string
          payer: string
          starts_on: string
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          ends_on?: string | null
          id?: string
          number: string
          organisation_id: string
          payer: string
          starts_on: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          ends_on?: string | null
          id?: string
          number?: string
          organisation_id?: string
          payer?: string
          starts_on?: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "agreements_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "agreements_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "agreements_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
        ]
      }
      appointment_reasons: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          id: string
          organisation_id: string
          patient_id: string
          patient_status: "active" | "inactive" | "archived"
          reason: string
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id: string
          organisation_id: string
          patient_id: string
          patient_status?: "active" | "inactive" | "archived"
          reason: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          organisation_id?: string
          patient_id?: string
          patient_status?: "active" | "inactive" | "archived"
          reason?: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "appointment_reasons_organisation_id_id_patient_id_fkey"
            columns: ["organisation_id", "id", "patient_id"]
            isOneToOne: false
            referencedRelation: "appointment_details"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
          {
            foreignKeyName: "appointment_reasons_organisation_id_id_patient_id_fkey"
            columns: ["organisation_id", "id", "patient_id"]
            isOneToOne: false
            referencedRelation: "appointments"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
        ]
      }
      appointments: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          ends_at: string
          id: string
          last_status_change_at: string | null
          last_status_change_by_user_id: string | null
          organisation_id: string
          patient_id: string
          patient_status: "active" | "inactive" | "archived"
          professional_user_id: string
          starts_at: string
          status:
            | "booked"
            | "confirmed"
            | "arrived"
            | "fulfilled"
            | "cancelled"
            | "no_show"
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          ends_at: string
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          organisation_id: string
          patient_id: string
          patient_status?: "active" | "inactive" | "archived"
          professional_user_id: string
          starts_at: string
          status?:
            | "booked"
            | "confirmed"
            | "arrived"
            | "fulfilled"
            | "cancelled"
            | "no_show"
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          ends_at?: string
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          organisation_id?: string
          patient_id?: string
          patient_status?: "active" | "inactive" | "archived"
          professional_user_id?: string
          starts_at?: string
          status?:
            | "booked"
            | "confirmed"
            | "arrived"
            | "fulfilled"
            | "cancelled"
            | "no_show"
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "appointments_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "appointments_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "appointments_organisation_id_professional_user_id_fkey"
            columns: ["organisation_id", "professional_user_id"]
            isOneToOne: false
            referencedRelation: "professionals"
            referencedColumns: ["organisation_id", "user_id"]
          },
        ]
      }
      beds: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          id: string
          label: string
          last_status_change_at: string | null
          last_status_change_by_user_id: string | null
          organisation_id: string
          status:
            | "available"
            | "reserved"
            | "occupied"
            | "cleaning"
            | "isolated"
            | "contaminated"
            | "closed"
          updated_at: string
          updated_by_user_id: string | null
          ward: string
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          label: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          organisation_id: string
          status?:
            | "available"
            | "reserved"
            | "occupied"
            | "cleaning"
            | "isolated"
            | "contaminated"
            | "closed"
          updated_at?: string
          updated_by_user_id?: string | null
          ward: string
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          label?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          organisation_id?: string
          status?:
            | "available"
            | "reserved"
            | "occupied"
            | "cleaning"
            | "isolated"
            | "contaminated"
            | "closed"
          updated_at?: string
          updated_by_user_id?: string | null
          ward?: string
        }
        Relationships: [
          {
            foreignKeyName: "beds_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "beds_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "beds_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
        ]
      }
      care_relationships: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          ends_at: string | null
          ground: string
          ground_id: string | null
          handed_from_id: string | null
          id: string
          kind: "primary" | "consulting" | "nursing" | "covering"
          organisation_id: string
          patient_id: string
          patient_status: "active" | "inactive" | "archived"
          starts_at: string
          taken_off_at: string | null
          updated_at: string
          updated_by_user_id: string | null
          user_id: string
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          ends_at?: string | null
          ground?: string
          ground_id?: string | null
          handed_from_id?: string | null
          id?: string
          kind: "primary" | "consulting" | "nursing" | "covering"
          organisation_id: string
          patient_id: string
          patient_status?: "active" | "inactive" | "archived"
          starts_at?: string
          taken_off_at?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
          user_id: string
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          ends_at?: string | null
          ground?: string
          ground_id?: string | null
          handed_from_id?: string | null
          id?: string
          kind?: "primary" | "consulting" | "nursing" | "covering"
          organisation_id?: string
          patient_id?: string
          patient_status?: "active" | "inactive" | "archived"
          starts_at?: string
          taken_off_at?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "care_relationships_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "care_relationships_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "care_relationships_organisation_id_user_id_fkey"
            columns: ["organisation_id", "user_id"]
            isOneToOne: false
            referencedRelation: "organisation_members"
            referencedColumns: ["organisation_id", "user_id"]
          },
          {
            foreignKeyName: "care_relationships_organisation_id_user_id_fkey"
            columns: ["organisation_id", "user_id"]
            isOneToOne: false
            referencedRelation: "user_clinic_access"
            referencedColumns: ["clinic_id", "user_id"]
          },
        ]
      }
      case_activity_log: {
        Row: {
          actor_kind: "user" | "system"
          actor_realm: "provider" | "patient" | "internal_ops" | "system"
          actor_user_id: string | null
          archived_at: string | null
          archived_by_user_id: string | null
          case_id: string | null
          created_at: string
          created_by_user_id: string | null
          details: NonNullable<Json>
          entity_id: string
          entity_type: string
          event_type: string
          id: string
          occurred_at: string
          organisation_id: string
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          actor_realm: "provider" | "patient" | "internal_ops" | "system"
          actor_user_id?: string | null
          archived_at?: string | null
          archived_by_user_id?: string | null
          case_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          details: NonNullable<Json>
          entity_id: string
          entity_type: string
          event_type: string
          id?: string
          occurred_at?: string
          organisation_id: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          actor_realm?: "provider" | "patient" | "internal_ops" | "system"
          actor_user_id?: string | null
          archived_at?: string | null
          archived_by_user_id?: string | null
          case_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          details?: NonNullable<Json>
          entity_id?: string
          entity_type?: string
          event_type?: string
          id?: string
          occurred_at?: string
          organisation_id?: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "case_activity_log_organisation_id_case_id_fkey"
            columns: ["organisation_id", "case_id"]
            isOneToOne: false
            referencedRelation: "cases"
            referencedColumns: ["organisation_id", "id"]
          },
        ]
      }
      cases: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          handed_off_at: string | null
          id: string
          last_status_change_at: string | null
          last_status_change_by_user_id: string | null
          number: string
          organisation_id: string
          patient_id: string
          patient_status: "active" | "inactive" | "archived"
          priority: "routine" | "urgent" | "emergent" | "critical"
          reopen_reason:
            | "new_information"
            | "clinical_change"
            | "billing"
            | "closed_in_error"
            | null
          status:
            | "new"
            | "triage"
            | "active"
            | "awaiting_transfer"
            | "in_transfer"
            | "handed_off"
            | "closed"
            | "cancelled"
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          handed_off_at?: string | null
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          number: string
          organisation_id: string
          patient_id: string
          patient_status?: "active" | "inactive" | "archived"
          priority?: "routine" | "urgent" | "emergent" | "critical"
          reopen_reason?:
            | "new_information"
            | "clinical_change"
            | "billing"
            | "closed_in_error"
            | null
          status?:
            | "new"
            | "triage"
            | "active"
            | "awaiting_transfer"
            | "in_transfer"
            | "handed_off"
            | "closed"
            | "cancelled"
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          handed_off_at?: string | null
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          number?: string
          organisation_id?: string
          patient_id?: string
          patient_status?: "active" | "inactive" | "archived"
          priority?: "routine" | "urgent" | "emergent" | "critical"
          reopen_reason?:
            | "new_information"
            | "clinical_change"
            | "billing"
            | "closed_in_error"
            | null
          status?:
            | "new"
            | "triage"
            | "active"
            | "awaiting_transfer"
            | "in_transfer"
            | "handed_off"
            | "closed"
            | "cancelled"
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "cases_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "cases_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
        ]
      }
      claims: {
        Row: {
          actor_kind: "user" | "system"
          amount_minor: number
          archived_at: string | null
          archived_by_user_id: string | null
          case_id: string
          created_at: string
          created_by_user_id: string | null
          currency: string
          guarantee_id: string
          id: string
          invoice_id: string
          last_status_change_at: string | null
          last_status_change_by_user_id: string | null
          organisation_id: string
          patient_id: string
          status: "draft" | "submitted" | "accepted" | "rejected" | "paid"
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          amount_minor: number
          archived_at?: string | null
          archived_by_user_id?: string | null
          case_id: string
          created_at?: string
          created_by_user_id?: string | null
          currency: string
          guarantee_id: string
          id?: string
          invoice_id: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          organisation_id: string
          patient_id: string
          status?: "draft" | "submitted" | "accepted" | "rejected" | "paid"
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          amount_minor?: number
          archived_at?: string | null
          archived_by_user_id?: string | null
          case_id?: string
          created_at?: string
          created_by_user_id?: string | null
          currency?: string
          guarantee_id?: string
          id?: string
          invoice_id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          organisation_id?: string
          patient_id?: string
          status?: "draft" | "submitted" | "accepted" | "rejected" | "paid"
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "claims_organisation_id_case_id_patient_id_fkey"
            columns: ["organisation_id", "case_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "cases"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
          {
            foreignKeyName: "claims_organisation_id_guarantee_id_case_id_fkey"
            columns: ["organisation_id", "guarantee_id", "case_id"]
            isOneToOne: false
            referencedRelation: "guarantees_of_payment"
            referencedColumns: ["organisation_id", "id", "case_id"]
          },
          {
            foreignKeyName: "claims_organisation_id_invoice_id_patient_id_fkey"
            columns: ["organisation_id", "invoice_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "invoices"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
        ]
      }
      consent_purpose_versions: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          data_categories: ("clinical" | "financial" | "identity" | "ops")[]
          description: string
          is_material: boolean
          purpose: string
          recipients: string[]
          retention:
            | "chart"
            | "consent"
            | "audit"
            | "incident"
            | "financial"
            | "grant"
            | "general"
          takes_effect_at: string
          updated_at: string
          updated_by_user_id: string | null
          version: number
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          data_categories?: ("clinical" | "financial" | "identity" | "ops")[]
          description: string
          is_material?: boolean
          purpose: string
          recipients?: string[]
          retention?:
            | "chart"
            | "consent"
            | "audit"
            | "incident"
            | "financial"
            | "grant"
            | "general"
          takes_effect_at?: string
          updated_at?: string
          updated_by_user_id?: string | null
          version: number
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          data_categories?: ("clinical" | "financial" | "identity" | "ops")[]
          description?: string
          is_material?: boolean
          purpose?: string
          recipients?: string[]
          retention?:
            | "chart"
            | "consent"
            | "audit"
            | "incident"
            | "financial"
            | "grant"
            | "general"
          takes_effect_at?: string
          updated_at?: string
          updated_by_user_id?: string | null
          version?: number
        }
        Relationships: [
          {
            foreignKeyName: "consent_purpose_versions_purpose_fkey"
            columns: ["purpose"]
            isOneToOne: false
            referencedRelation: "consent_purposes"
            referencedColumns: ["purpose"]
          },
        ]
      }
      consent_purposes: {
        Row: {
          actor_kind: "user" | "system"
          alias: string | null
          allowed_bases: (
            | "consent"
            | "health_protection"
            | "vital_interest"
            | "legal_obligation"
          )[]
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          description: string
          purpose: string
          updated_at: string
          updated_by_user_id: string | null
          version: number
        }
        Insert: {
          actor_kind?: "user" | "system"
          alias?: string | null
          allowed_bases?: (
            | "consent"
            | "health_protection"
            | "vital_interest"
            | "legal_obligation"
          )[]
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          description: string
          purpose: string
          updated_at?: string
          updated_by_user_id?: string | null
          version?: number
        }
        Update: {
          actor_kind?: "user" | "system"
          alias?: string | null
          allowed_bases?: (
            | "consent"
            | "health_protection"
            | "vital_interest"
            | "legal_obligation"
          )[]
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          description?: string
          purpose?: string
          updated_at?: string
          updated_by_user_id?: string | null
          version?: number
        }
        Relationships: []
      }
      consents: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          break_glass_allowed: boolean
          created_at: string
          created_by_user_id: string | null
          expires_at: string | null
          given_as: "patient" | "guardian" | "representative" | null
          given_at: string | null
          given_by_user_id: string | null
          given_how: "portal" | "signed_form" | "recorded" | null
          id: string
          justification: string | null
          last_status_change_at: string | null
          last_status_change_by_user_id: string | null
          legal_basis:
            | "consent"
            | "health_protection"
            | "vital_interest"
            | "legal_obligation"
          organisation_id: string
          patient_id: string
          patient_status: "active" | "inactive" | "archived"
          purpose: string
          purpose_version: number
          signed_form_id: string | null
          status:
            | "proposed"
            | "active"
            | "withdrawn"
            | "expired"
            | "rejected"
            | "entered_in_error"
          superseded_at: string | null
          updated_at: string
          updated_by_user_id: string | null
          withdrawal_reason: string | null
          withdrawn_at: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          break_glass_allowed?: boolean
          created_at?: string
          created_by_user_id?: string | null
          expires_at?: string | null
          given_as?: "patient" | "guardian" | "representative" | null
          given_at?: string | null
          given_by_user_id?: string | null
          given_how?: "portal" | "signed_form" | "recorded" | null
          id?: string
          justification?: string | null
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          legal_basis?:
            | "consent"
            | "health_protection"
            | "vital_interest"
            | "legal_obligation"
          organisation_id: string
          patient_id: string
          patient_status?: "active" | "inactive" | "archived"
          purpose: string
          purpose_version?: number
          signed_form_id?: string | null
          status?:
            | "proposed"
            | "active"
            | "withdrawn"
            | "expired"
            | "rejected"
            | "entered_in_error"
          superseded_at?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
          withdrawal_reason?: string | null
          withdrawn_at?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          break_glass_allowed?: boolean
          created_at?: string
          created_by_user_id?: string | null
          expires_at?: string | null
          given_as?: "patient" | "guardian" | "representative" | null
          given_at?: string | null
          given_by_user_id?: string | null
          given_how?: "portal" | "signed_form" | "recorded" | null
          id?: string
          justification?: string | null
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          legal_basis?:
            | "consent"
            | "health_protection"
            | "vital_interest"
            | "legal_obligation"
          organisation_id?: string
          patient_id?: string
          patient_status?: "active" | "inactive" | "archived"
          purpose?: string
          purpose_version?: number
          signed_form_id?: string | null
          status?:
            | "proposed"
            | "active"
            | "withdrawn"
            | "expired"
            | "rejected"
            | "entered_in_error"
          superseded_at?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
          withdrawal_reason?: string | null
          withdrawn_at?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "consents_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "consents_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "consents_organisation_id_signed_form_id_patient_id_fkey"
            columns: ["organisation_id", "signed_form_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "signed_forms"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
          {
            foreignKeyName: "consents_purpose_fkey"
            columns: ["purpose"]
            isOneToOne: false
            referencedRelation: "consent_purposes"
            referencedColumns: ["purpose"]
          },
          {
            foreignKeyName: "consents_purpose_purpose_version_fkey"
            columns: ["purpose", "purpose_version"]
            isOneToOne: false
            referencedRelation: "consent_purpose_versions"
            referencedColumns: ["purpose", "version"]
          },
        ]
      }
      crew_members: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          duty: "driver" | "paramedic" | "nurse" | "physician"
          id: string
          organisation_id: string
          updated_at: string
          updated_by_user_id: string | null
          user_id: string
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          duty: "driver" | "paramedic" | "nurse" | "physician"
          id?: string
          organisation_id: string
          updated_at?: string
          updated_by_user_id?: string | null
          user_id: string
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          duty?: "driver" | "paramedic" | "nurse" | "physician"
          id?: string
          organisation_id?: string
          updated_at?: string
          updated_by_user_id?: string | null
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "crew_members_organisation_id_user_id_fkey"
            columns: ["organisation_id", "user_id"]
            isOneToOne: false
            referencedRelation: "organisation_members"
            referencedColumns: ["organisation_id", "user_id"]
          },
          {
            foreignKeyName: "crew_members_organisation_id_user_id_fkey"
            columns: ["organisation_id", "user_id"]
            isOneToOne: false
            referencedRelation: "user_clinic_access"
            referencedColumns: ["clinic_id", "user_id"]
          },
        ]
      }
      disclosures: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          content: string[]
          content_sha256: string | null
          created_at: string
          created_by_user_id: string | null
          disclosed_at: string
          id: string
          legal_ground: string | null
          organisation_id: string
          patient_id: string
          purpose: string
          recipient_kind:
            | "patient"
            | "clinic"
            | "transport"
            | "operations"
            | "insurer"
            | "auditor"
            | "authority"
          recipient_name: string | null
          recipient_organisation_id: string | null
          recipient_user_id: string | null
          source_id: string | null
          source_table: string
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          content: string[]
          content_sha256?: string | null
          created_at?: string
          created_by_user_id?: string | null
          disclosed_at?: string
          id?: string
          legal_ground?: string | null
          organisation_id: string
          patient_id: string
          purpose: string
          recipient_kind:
            | "patient"
            | "clinic"
            | "transport"
            | "operations"
            | "insurer"
            | "auditor"
            | "authority"
          recipient_name?: string | null
          recipient_organisation_id?: string | null
          recipient_user_id?: string | null
          source_id?: string | null
          source_table: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          content?: string[]
          content_sha256?: string | null
          created_at?: string
          created_by_user_id?: string | null
          disclosed_at?: string
          id?: string
          legal_ground?: string | null
          organisation_id?: string
          patient_id?: string
          purpose?: string
          recipient_kind?:
            | "patient"
            | "clinic"
            | "transport"
            | "operations"
            | "insurer"
            | "auditor"
            | "authority"
          recipient_name?: string | null
          recipient_organisation_id?: string | null
          recipient_user_id?: string | null
          source_id?: string | null
          source_table?: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "disclosures_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "disclosures_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
        ]
      }
      document_read_tickets: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          document_id: string
          expires_at: string
          id: string
          organisation_id: string
          patient_id: string
          purpose: string | null
          realm: "provider" | "patient" | "internal_ops"
          redeemed_at: string | null
          revoked_at: string | null
          session_id: string
          updated_at: string
          updated_by_user_id: string | null
          user_id: string
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          document_id: string
          expires_at: string
          id?: string
          organisation_id: string
          patient_id: string
          purpose?: string | null
          realm: "provider" | "patient" | "internal_ops"
          redeemed_at?: string | null
          revoked_at?: string | null
          session_id: string
          updated_at?: string
          updated_by_user_id?: string | null
          user_id: string
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          document_id?: string
          expires_at?: string
          id?: string
          organisation_id?: string
          patient_id?: string
          purpose?: string | null
          realm?: "provider" | "patient" | "internal_ops"
          redeemed_at?: string | null
          revoked_at?: string | null
          session_id?: string
          updated_at?: string
          updated_by_user_id?: string | null
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "document_read_tickets_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "document_read_tickets_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
        ]
      }
      document_upload_grants: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          content_type: string | null
          created_at: string
          created_by_user_id: string | null
          document_id: string
          expires_at: string
          id: string
          organisation_id: string
          patient_id: string
          session_id: string
          size_bytes: number | null
          updated_at: string
          updated_by_user_id: string | null
          used_at: string | null
          user_id: string
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          content_type?: string | null
          created_at?: string
          created_by_user_id?: string | null
          document_id: string
          expires_at: string
          id?: string
          organisation_id: string
          patient_id: string
          session_id: string
          size_bytes?: number | null
          updated_at?: string
          updated_by_user_id?: string | null
          used_at?: string | null
          user_id: string
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          content_type?: string | null
          created_at?: string
          created_by_user_id?: string | null
          document_id?: string
          expires_at?: string
          id?: string
          organisation_id?: string
          patient_id?: string
          session_id?: string
          size_bytes?: number | null
          updated_at?: string
          updated_by_user_id?: string | null
          used_at?: string | null
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "document_upload_grants_document_id_patient_id_fkey"
            columns: ["organisation_id", "document_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "documents"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
        ]
      }
      documents: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          bucket: "patient-documents"
          content_type: string | null
          created_at: string
          created_by_user_id: string | null
          file_name: string
          id: string
          is_financial: boolean
          kind:
            | "report"
            | "image"
            | "referral"
            | "prescription"
            | "consent"
            | "identity"
            | "other"
            | "invoice"
            | "receipt"
            | "insurance"
          last_status_change_at: string | null
          last_status_change_by_user_id: string | null
          object_id: string
          object_path: string
          organisation_id: string
          patient_id: string
          patient_status: "active" | "inactive" | "archived"
          sha256: string | null
          sha256_verified_at: string | null
          size_bytes: number | null
          status:
            | "pending"
            | "uploaded"
            | "active"
            | "frozen"
            | "rejected"
            | "withdrawn"
          status_reason: string | null
          treatment_consent_until: string | null
          updated_at: string
          updated_by_user_id: string | null
          uploaded_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          bucket?: "patient-documents"
          content_type?: string | null
          created_at?: string
          created_by_user_id?: string | null
          file_name: string
          id?: string
          is_financial?: never
          kind:
            | "report"
            | "image"
            | "referral"
            | "prescription"
            | "consent"
            | "identity"
            | "other"
            | "invoice"
            | "receipt"
            | "insurance"
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          object_id?: string
          object_path?: never
          organisation_id: string
          patient_id: string
          patient_status?: "active" | "inactive" | "archived"
          sha256?: string | null
          sha256_verified_at?: string | null
          size_bytes?: number | null
          status?:
            | "pending"
            | "uploaded"
            | "active"
            | "frozen"
            | "rejected"
            | "withdrawn"
          status_reason?: string | null
          treatment_consent_until?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
          uploaded_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          bucket?: "patient-documents"
          content_type?: string | null
          created_at?: string
          created_by_user_id?: string | null
          file_name?: string
          id?: string
          is_financial?: never
          kind?:
            | "report"
            | "image"
            | "referral"
            | "prescription"
            | "consent"
            | "identity"
            | "other"
            | "invoice"
            | "receipt"
            | "insurance"
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          object_id?: string
          object_path?: never
          organisation_id?: string
          patient_id?: string
          patient_status?: "active" | "inactive" | "archived"
          sha256?: string | null
          sha256_verified_at?: string | null
          size_bytes?: number | null
          status?:
            | "pending"
            | "uploaded"
            | "active"
            | "frozen"
            | "rejected"
            | "withdrawn"
          status_reason?: string | null
          treatment_consent_until?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
          uploaded_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "documents_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "documents_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
        ]
      }
      emergency_access_grants: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          ended_at: string | null
          expires_at: string
          id: string
          opened_at: string
          opened_in: unknown
          organisation_id: string
          patient_id: string
          patient_status: "active" | "inactive" | "archived"
          review_outcome: "justified" | "unjustified" | null
          reviewed_at: string | null
          reviewed_by_user_id: string | null
          updated_at: string
          updated_by_user_id: string | null
          user_id: string
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          ended_at?: string | null
          expires_at: string
          id?: string
          opened_at: string
          opened_in?: unknown
          organisation_id: string
          patient_id: string
          patient_status?: "active" | "inactive" | "archived"
          review_outcome?: "justified" | "unjustified" | null
          reviewed_at?: string | null
          reviewed_by_user_id?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
          user_id: string
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          ended_at?: string | null
          expires_at?: string
          id?: string
          opened_at?: string
          opened_in?: unknown
          organisation_id?: string
          patient_id?: string
          patient_status?: "active" | "inactive" | "archived"
          review_outcome?: "justified" | "unjustified" | null
          reviewed_at?: string | null
          reviewed_by_user_id?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "emergency_access_grants_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "emergency_access_grants_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "emergency_access_grants_organisation_id_user_id_fkey"
            columns: ["organisation_id", "user_id"]
            isOneToOne: false
            referencedRelation: "organisation_members"
            referencedColumns: ["organisation_id", "user_id"]
          },
          {
            foreignKeyName: "emergency_access_grants_organisation_id_user_id_fkey"
            columns: ["organisation_id", "user_id"]
            isOneToOne: false
            referencedRelation: "user_clinic_access"
            referencedColumns: ["clinic_id", "user_id"]
          },
        ]
      }
      emergency_access_reasons: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          id: string
          organisation_id: string
          patient_id: string
          patient_status: "active" | "inactive" | "archived"
          reason: string
          review_note: string | null
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id: string
          organisation_id: string
          patient_id: string
          patient_status?: "active" | "inactive" | "archived"
          reason: string
          review_note?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          organisation_id?: string
          patient_id?: string
          patient_status?: "active" | "inactive" | "archived"
          reason?: string
          review_note?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "emergency_access_reasons_organisation_id_id_patient_id_fkey"
            columns: ["organisation_id", "id", "patient_id"]
            isOneToOne: false
            referencedRelation: "emergency_access_grants"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
          {
            foreignKeyName: "emergency_access_reasons_organisation_id_id_patient_id_fkey"
            columns: ["organisation_id", "id", "patient_id"]
            isOneToOne: false
            referencedRelation: "emergency_access_queue"
            referencedColumns: ["organisation_id", "grant_id", "patient_id"]
          },
        ]
      }
      form_templates: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          body: string
          body_sha256: string
          code: string
          created_at: string
          created_by_user_id: string | null
          id: string
          kind: "consent" | "financial" | "aob"
          language: string
          purposes: string[]
          title: string
          updated_at: string
          updated_by_user_id: string | null
          version: number
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          body: string
          body_sha256: string
          code: string
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          kind: "consent" | "financial" | "aob"
          language: string
          purposes?: string[]
          title: string
          updated_at?: string
          updated_by_user_id?: string | null
          version: number
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          body?: string
          body_sha256?: string
          code?: string
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          kind?: "consent" | "financial" | "aob"
          language?: string
          purposes?: string[]
          title?: string
          updated_at?: string
          updated_by_user_id?: string | null
          version?: number
        }
        Relationships: []
      }
      guarantees_of_payment: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          case_id: string
          created_at: string
          created_by_user_id: string | null
          currency: string
          id: string
          last_status_change_at: string | null
          last_status_change_by_user_id: string | null
          limit_minor: number
          organisation_id: string
          patient_id: string
          payer: string
          policy_number: string | null
          status: "requested" | "granted" | "declined" | "revoked"
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          case_id: string
          created_at?: string
          created_by_user_id?: string | null
          currency: string
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          limit_minor: number
          organisation_id: string
          patient_id: string
          payer: string
          policy_number?: string | null
          status?: "requested" | "granted" | "declined" | "revoked"
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          case_id?: string
          created_at?: string
          created_by_user_id?: string | null
          currency?: string
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          limit_minor?: number
          organisation_id?: string
          patient_id?: string
          payer?: string
          policy_number?: string | null
          status?: "requested" | "granted" | "declined" | "revoked"
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "guarantees_of_payment_organisation_id_case_id_patient_id_fkey"
            columns: ["organisation_id", "case_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "cases"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
        ]
      }
      invitations: {
        Row: {
          accepted_at: string | null
          accepted_by_user_id: string | null
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          capabilities: (
            | "finance"
            | "transport"
            | "break_glass"
            | "privacy_officer"
            | "insights_admin"
            | "auditor"
          )[]
          created_at: string
          created_by_user_id: string | null
          email: string
          expires_at: string
          id: string
          organisation_id: string
          rank: number
          role:
            | "clinic_admin"
            | "doctor"
            | "nurse"
            | "assistant"
            | "receptionist"
          sha256: string
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          accepted_at?: string | null
          accepted_by_user_id?: string | null
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          capabilities?: (
            | "finance"
            | "transport"
            | "break_glass"
            | "privacy_officer"
            | "insights_admin"
            | "auditor"
          )[]
          created_at?: string
          created_by_user_id?: string | null
          email: string
          expires_at: string
          id?: string
          organisation_id: string
          rank?: never
          role:
            | "clinic_admin"
            | "doctor"
            | "nurse"
            | "assistant"
            | "receptionist"
          sha256: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          accepted_at?: string | null
          accepted_by_user_id?: string | null
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          capabilities?: (
            | "finance"
            | "transport"
            | "break_glass"
            | "privacy_officer"
            | "insights_admin"
            | "auditor"
          )[]
          created_at?: string
          created_by_user_id?: string | null
          email?: string
          expires_at?: string
          id?: string
          organisation_id?: string
          rank?: never
          role?:
            | "clinic_admin"
            | "doctor"
            | "nurse"
            | "assistant"
            | "receptionist"
          sha256?: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "invitations_accepted_by_user_id_fkey"
            columns: ["accepted_by_user_id"]
            isOneToOne: false
            referencedRelation: "profiles"
            referencedColumns: ["user_id"]
          },
          {
            foreignKeyName: "invitations_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "invitations_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "invitations_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
        ]
      }
      invoice_lines: {
        Row: {
          actor_kind: "user" | "system"
          amount_minor: number
          archived_at: string | null
          archived_by_user_id: string | null
          case_id: string | null
          created_at: string
          created_by_user_id: string | null
          description: string
          id: string
          invoice_id: string
          organisation_id: string
          patient_id: string
          quantity: number
          unit_minor: number
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          amount_minor?: never
          archived_at?: string | null
          archived_by_user_id?: string | null
          case_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          description: string
          id?: string
          invoice_id: string
          organisation_id: string
          patient_id: string
          quantity?: number
          unit_minor: number
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          amount_minor?: never
          archived_at?: string | null
          archived_by_user_id?: string | null
          case_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          description?: string
          id?: string
          invoice_id?: string
          organisation_id?: string
          patient_id?: string
          quantity?: number
          unit_minor?: number
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "invoice_lines_organisation_id_invoice_id_patient_id_fkey"
            columns: ["organisation_id", "invoice_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "invoices"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
        ]
      }
      invoices: {
        Row: {
          actor_kind: "user" | "system"
          agreement_id: string | null
          archived_at: string | null
          archived_by_user_id: string | null
          case_id: string | null
          created_at: string
          created_by_user_id: string | null
          currency: string
          id: string
          last_status_change_at: string | null
          last_status_change_by_user_id: string | null
          number: string
          organisation_id: string
          paid_minor: number
          patient_id: string
          status: "draft" | "issued" | "partially_paid" | "paid" | "void"
          total_minor: number
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          agreement_id?: string | null
          archived_at?: string | null
          archived_by_user_id?: string | null
          case_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          currency: string
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          number: string
          organisation_id: string
          paid_minor?: number
          patient_id: string
          status?: "draft" | "issued" | "partially_paid" | "paid" | "void"
          total_minor?: number
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          agreement_id?: string | null
          archived_at?: string | null
          archived_by_user_id?: string | null
          case_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          currency?: string
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          number?: string
          organisation_id?: string
          paid_minor?: number
          patient_id?: string
          status?: "draft" | "issued" | "partially_paid" | "paid" | "void"
          total_minor?: number
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "invoices_organisation_id_agreement_id_fkey"
            columns: ["organisation_id", "agreement_id"]
            isOneToOne: false
            referencedRelation: "agreements"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "invoices_organisation_id_case_id_patient_id_fkey"
            columns: ["organisation_id", "case_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "cases"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
          {
            foreignKeyName: "invoices_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "invoices_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
        ]
      }
      legal_holds: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          id: string
          organisation_id: string
          patient_id: string | null
          reason: string
          released_at: string | null
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          organisation_id: string
          patient_id?: string | null
          reason: string
          released_at?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          organisation_id?: string
          patient_id?: string | null
          reason?: string
          released_at?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "legal_holds_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "legal_holds_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "legal_holds_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "legal_holds_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "legal_holds_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
        ]
      }
      medical_record_details: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          codes: string[]
          created_at: string
          created_by_user_id: string | null
          diagnosis: string
          id: string
          organisation_id: string
          patient_id: string
          patient_status: "active" | "inactive" | "archived"
          physician_notes: string | null
          treatment_consent_until: string | null
          treatment_plan: string | null
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          codes?: string[]
          created_at?: string
          created_by_user_id?: string | null
          diagnosis: string
          id: string
          organisation_id: string
          patient_id: string
          patient_status?: "active" | "inactive" | "archived"
          physician_notes?: string | null
          treatment_consent_until?: string | null
          treatment_plan?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          codes?: string[]
          created_at?: string
          created_by_user_id?: string | null
          diagnosis?: string
          id?: string
          organisation_id?: string
          patient_id?: string
          patient_status?: "active" | "inactive" | "archived"
          physician_notes?: string | null
          treatment_consent_until?: string | null
          treatment_plan?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "medical_record_details_organisation_id_id_patient_id_fkey"
            columns: ["organisation_id", "id", "patient_id"]
            isOneToOne: false
            referencedRelation: "medical_record_overview"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
          {
            foreignKeyName: "medical_record_details_organisation_id_id_patient_id_fkey"
            columns: ["organisation_id", "id", "patient_id"]
            isOneToOne: false
            referencedRelation: "medical_records"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
        ]
      }
      medical_records: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          author_name: string | null
          created_at: string
          created_by_user_id: string | null
          id: string
          is_segmented: boolean
          medications: NonNullable<Json>
          occurred_at: string | null
          organisation_id: string
          patient_id: string
          patient_status: "active" | "inactive" | "archived"
          record_type:
            | "consultation"
            | "observation"
            | "procedure"
            | "prescription"
            | "discharge_summary"
          segments: ("HIV" | "PSY" | "SDV" | "ETH")[]
          supersedes_id: string | null
          treatment_consent_until: string | null
          updated_at: string
          updated_by_user_id: string | null
          version: number
          vitals: NonNullable<Json>
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          author_name?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          is_segmented?: never
          medications?: NonNullable<Json>
          occurred_at?: string | null
          organisation_id: string
          patient_id: string
          patient_status?: "active" | "inactive" | "archived"
          record_type:
            | "consultation"
            | "observation"
            | "procedure"
            | "prescription"
            | "discharge_summary"
          segments?: ("HIV" | "PSY" | "SDV" | "ETH")[]
          supersedes_id?: string | null
          treatment_consent_until?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
          version?: number
          vitals?: NonNullable<Json>
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          author_name?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          is_segmented?: never
          medications?: NonNullable<Json>
          occurred_at?: string | null
          organisation_id?: string
          patient_id?: string
          patient_status?: "active" | "inactive" | "archived"
          record_type?:
            | "consultation"
            | "observation"
            | "procedure"
            | "prescription"
            | "discharge_summary"
          segments?: ("HIV" | "PSY" | "SDV" | "ETH")[]
          supersedes_id?: string | null
          treatment_consent_until?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
          version?: number
          vitals?: NonNullable<Json>
        }
        Relationships: [
          {
            foreignKeyName: "medical_records_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "medical_records_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "medical_records_organisation_id_supersedes_id_patient_id_fkey"
            columns: ["organisation_id", "supersedes_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "medical_record_overview"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
          {
            foreignKeyName: "medical_records_organisation_id_supersedes_id_patient_id_fkey"
            columns: ["organisation_id", "supersedes_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "medical_records"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
        ]
      }
      ops_members: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          is_active: boolean
          role: "admin" | "ops_agent" | "auditor"
          updated_at: string
          updated_by_user_id: string | null
          user_id: string
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          is_active?: boolean
          role: "admin" | "ops_agent" | "auditor"
          updated_at?: string
          updated_by_user_id?: string | null
          user_id: string
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          is_active?: boolean
          role?: "admin" | "ops_agent" | "auditor"
          updated_at?: string
          updated_by_user_id?: string | null
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "ops_members_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: true
            referencedRelation: "profiles"
            referencedColumns: ["user_id"]
          },
        ]
      }
      organisation_members: {
        Row: {
          accepted_at: string | null
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          capabilities: (
            | "finance"
            | "transport"
            | "break_glass"
            | "privacy_officer"
            | "insights_admin"
            | "auditor"
          )[]
          created_at: string
          created_by_user_id: string | null
          id: string
          is_active: boolean
          organisation_id: string
          rank: number
          role:
            | "clinic_admin"
            | "doctor"
            | "nurse"
            | "assistant"
            | "receptionist"
          updated_at: string
          updated_by_user_id: string | null
          user_id: string
          valid_until: string | null
        }
        Insert: {
          accepted_at?: string | null
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          capabilities?: (
            | "finance"
            | "transport"
            | "break_glass"
            | "privacy_officer"
            | "insights_admin"
            | "auditor"
          )[]
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          is_active?: boolean
          organisation_id: string
          rank?: never
          role:
            | "clinic_admin"
            | "doctor"
            | "nurse"
            | "assistant"
            | "receptionist"
          updated_at?: string
          updated_by_user_id?: string | null
          user_id: string
          valid_until?: string | null
        }
        Update: {
          accepted_at?: string | null
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          capabilities?: (
            | "finance"
            | "transport"
            | "break_glass"
            | "privacy_officer"
            | "insights_admin"
            | "auditor"
          )[]
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          is_active?: boolean
          organisation_id?: string
          rank?: never
          role?:
            | "clinic_admin"
            | "doctor"
            | "nurse"
            | "assistant"
            | "receptionist"
          updated_at?: string
          updated_by_user_id?: string | null
          user_id?: string
          valid_until?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "organisation_members_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "organisation_members_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "organisation_members_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "organisation_members_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "profiles"
            referencedColumns: ["user_id"]
          },
        ]
      }
      organisation_networks: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          cidr: string
          created_at: string
          created_by_user_id: string | null
          id: string
          label: string | null
          mode: "allow" | "deny"
          organisation_id: string
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          cidr: string
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          label?: string | null
          mode: "allow" | "deny"
          organisation_id: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          cidr?: string
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          label?: string | null
          mode?: "allow" | "deny"
          organisation_id?: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "organisation_networks_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "organisation_networks_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "organisation_networks_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
        ]
      }
      organisation_settings: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          business_hours: NonNullable<Json>
          created_at: string
          created_by_user_id: string | null
          legal_bases: (
            | "consent"
            | "health_protection"
            | "vital_interest"
            | "legal_obligation"
          )[]
          modules: string[]
          organisation_id: string
          privacy_contact: string | null
          smart_insights_enabled: boolean
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          business_hours?: NonNullable<Json>
          created_at?: string
          created_by_user_id?: string | null
          legal_bases?: (
            | "consent"
            | "health_protection"
            | "vital_interest"
            | "legal_obligation"
          )[]
          modules?: string[]
          organisation_id: string
          privacy_contact?: string | null
          smart_insights_enabled?: boolean
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          business_hours?: NonNullable<Json>
          created_at?: string
          created_by_user_id?: string | null
          legal_bases?: (
            | "consent"
            | "health_protection"
            | "vital_interest"
            | "legal_obligation"
          )[]
          modules?: string[]
          organisation_id?: string
          privacy_contact?: string | null
          smart_insights_enabled?: boolean
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "organisation_settings_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: true
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "organisation_settings_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: true
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "organisation_settings_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: true
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
        ]
      }
      organisations: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          country: string
          created_at: string
          created_by_user_id: string | null
          id: string
          kind: "clinic" | "transport" | "command_center" | "insurer"
          name: string
          regime: "lgpd" | "hipaa" | "gdpr" | "pdpa" | "other"
          timezone: string
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          country: string
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          kind: "clinic" | "transport" | "command_center" | "insurer"
          name: string
          regime: "lgpd" | "hipaa" | "gdpr" | "pdpa" | "other"
          timezone: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          country?: string
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          kind?: "clinic" | "transport" | "command_center" | "insurer"
          name?: string
          regime?: "lgpd" | "hipaa" | "gdpr" | "pdpa" | "other"
          timezone?: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: []
      }
      patient_accounts: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          confirmed_at: string | null
          confirmed_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          ends_at: string | null
          id: string
          organisation_id: string
          patient_id: string
          patient_status: "active" | "inactive" | "archived"
          relationship: "self" | "guardian" | "proxy"
          revoked_at: string | null
          updated_at: string
          updated_by_user_id: string | null
          user_id: string
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          confirmed_at?: string | null
          confirmed_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          ends_at?: string | null
          id?: string
          organisation_id: string
          patient_id: string
          patient_status?: "active" | "inactive" | "archived"
          relationship: "self" | "guardian" | "proxy"
          revoked_at?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
          user_id: string
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          confirmed_at?: string | null
          confirmed_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          ends_at?: string | null
          id?: string
          organisation_id?: string
          patient_id?: string
          patient_status?: "active" | "inactive" | "archived"
          relationship?: "self" | "guardian" | "proxy"
          revoked_at?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "patient_accounts_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "patient_accounts_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "patient_accounts_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "profiles"
            referencedColumns: ["user_id"]
          },
        ]
      }
      patient_clinical: {
        Row: {
          actor_kind: "user" | "system"
          alerts: string | null
          allergies: string | null
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          id: string
          organisation_id: string
          patient_status: "active" | "inactive" | "archived"
          treatment_consent_until: string | null
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          alerts?: string | null
          allergies?: string | null
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id: string
          organisation_id: string
          patient_status?: "active" | "inactive" | "archived"
          treatment_consent_until?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          alerts?: string | null
          allergies?: string | null
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          organisation_id?: string
          patient_status?: "active" | "inactive" | "archived"
          treatment_consent_until?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "patient_clinical_organisation_id_id_fkey"
            columns: ["organisation_id", "id"]
            isOneToOne: true
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "patient_clinical_organisation_id_id_fkey"
            columns: ["organisation_id", "id"]
            isOneToOne: true
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
        ]
      }
      patient_identity: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          birth_date: string | null
          created_at: string
          created_by_user_id: string | null
          email: string | null
          id: string
          id_last4: string | null
          nationality: string | null
          organisation_id: string
          patient_status: "active" | "inactive" | "archived"
          phone: string | null
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          birth_date?: string | null
          created_at?: string
          created_by_user_id?: string | null
          email?: string | null
          id: string
          id_last4?: string | null
          nationality?: string | null
          organisation_id: string
          patient_status?: "active" | "inactive" | "archived"
          phone?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          birth_date?: string | null
          created_at?: string
          created_by_user_id?: string | null
          email?: string | null
          id?: string
          id_last4?: string | null
          nationality?: string | null
          organisation_id?: string
          patient_status?: "active" | "inactive" | "archived"
          phone?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "patient_identity_organisation_id_id_fkey"
            columns: ["organisation_id", "id"]
            isOneToOne: true
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "patient_identity_organisation_id_id_fkey"
            columns: ["organisation_id", "id"]
            isOneToOne: true
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
        ]
      }
      patients: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          full_name: string
          id: string
          language: string
          last_status_change_at: string | null
          last_status_change_by_user_id: string | null
          mrn: string
          name_key: string
          organisation_id: string
          status: "active" | "inactive"
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          full_name: string
          id?: string
          language?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          mrn: string
          name_key?: never
          organisation_id: string
          status?: "active" | "inactive"
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          full_name?: string
          id?: string
          language?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          mrn?: string
          name_key?: never
          organisation_id?: string
          status?: "active" | "inactive"
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "patients_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "patients_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "patients_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
        ]
      }
      payments: {
        Row: {
          actor_kind: "user" | "system"
          amount_minor: number
          archived_at: string | null
          archived_by_user_id: string | null
          case_id: string | null
          created_at: string
          created_by_user_id: string | null
          id: string
          invoice_id: string
          method: "cash" | "card" | "transfer" | "insurer"
          organisation_id: string
          patient_id: string
          recorded_by_user_id: string | null
          terminal_reference: string | null
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          amount_minor: number
          archived_at?: string | null
          archived_by_user_id?: string | null
          case_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          invoice_id: string
          method: "cash" | "card" | "transfer" | "insurer"
          organisation_id: string
          patient_id: string
          recorded_by_user_id?: string | null
          terminal_reference?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          amount_minor?: number
          archived_at?: string | null
          archived_by_user_id?: string | null
          case_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          invoice_id?: string
          method?: "cash" | "card" | "transfer" | "insurer"
          organisation_id?: string
          patient_id?: string
          recorded_by_user_id?: string | null
          terminal_reference?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "payments_organisation_id_invoice_id_patient_id_fkey"
            columns: ["organisation_id", "invoice_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "invoices"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
        ]
      }
      professionals: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          council: string
          created_at: string
          created_by_user_id: string | null
          id: string
          licence: string
          organisation_id: string
          updated_at: string
          updated_by_user_id: string | null
          user_id: string
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          council: string
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          licence: string
          organisation_id: string
          updated_at?: string
          updated_by_user_id?: string | null
          user_id: string
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          council?: string
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          licence?: string
          organisation_id?: string
          updated_at?: string
          updated_by_user_id?: string | null
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "professionals_organisation_id_user_id_fkey"
            columns: ["organisation_id", "user_id"]
            isOneToOne: true
            referencedRelation: "organisation_members"
            referencedColumns: ["organisation_id", "user_id"]
          },
          {
            foreignKeyName: "professionals_organisation_id_user_id_fkey"
            columns: ["organisation_id", "user_id"]
            isOneToOne: true
            referencedRelation: "user_clinic_access"
            referencedColumns: ["clinic_id", "user_id"]
          },
        ]
      }
      profiles: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          display_name: string
          updated_at: string
          updated_by_user_id: string | null
          user_id: string
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          display_name: string
          updated_at?: string
          updated_by_user_id?: string | null
          user_id: string
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          display_name?: string
          updated_at?: string
          updated_by_user_id?: string | null
          user_id?: string
        }
        Relationships: []
      }
      retention_extensions: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          id: string
          keep_months: number
          organisation_id: string
          reason: string
          retention:
            | "chart"
            | "consent"
            | "audit"
            | "incident"
            | "financial"
            | "grant"
            | "general"
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          keep_months: number
          organisation_id: string
          reason: string
          retention:
            | "chart"
            | "consent"
            | "audit"
            | "incident"
            | "financial"
            | "grant"
            | "general"
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          keep_months?: number
          organisation_id?: string
          reason?: string
          retention?:
            | "chart"
            | "consent"
            | "audit"
            | "incident"
            | "financial"
            | "grant"
            | "general"
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "retention_extensions_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "retention_extensions_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "retention_extensions_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
        ]
      }
      security_incidents: {
        Row: {
          actor_kind: "user" | "system"
          affected_count: number | null
          archived_at: string | null
          archived_by_user_id: string | null
          authority_notified_at: string | null
          created_at: string
          created_by_user_id: string | null
          data_nature: string | null
          detected_at: string
          dismissal_reason: string | null
          id: string
          last_status_change_at: string | null
          last_status_change_by_user_id: string | null
          measures: string | null
          notify_by: string
          organisation_id: string
          risks: string | null
          status: "open" | "notified" | "dismissed" | "closed"
          subjects_not_told_reason: string | null
          subjects_notified_at: string | null
          summary: string
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          affected_count?: number | null
          archived_at?: string | null
          archived_by_user_id?: string | null
          authority_notified_at?: string | null
          created_at?: string
          created_by_user_id?: string | null
          data_nature?: string | null
          detected_at?: string
          dismissal_reason?: string | null
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          measures?: string | null
          notify_by?: string
          organisation_id: string
          risks?: string | null
          status?: "open" | "notified" | "dismissed" | "closed"
          subjects_not_told_reason?: string | null
          subjects_notified_at?: string | null
          summary: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          affected_count?: number | null
          archived_at?: string | null
          archived_by_user_id?: string | null
          authority_notified_at?: string | null
          created_at?: string
          created_by_user_id?: string | null
          data_nature?: string | null
          detected_at?: string
          dismissal_reason?: string | null
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          measures?: string | null
          notify_by?: string
          organisation_id?: string
          risks?: string | null
          status?: "open" | "notified" | "dismissed" | "closed"
          subjects_not_told_reason?: string | null
          subjects_notified_at?: string | null
          summary?: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "security_incidents_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "security_incidents_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "security_incidents_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
        ]
      }
      signed_form_evidence: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          id: string
          ip_source: "edge" | "unknown"
          organisation_id: string
          patient_id: string
          record: string
          record_sha256: string
          signed_ip: string | null
          updated_at: string
          updated_by_user_id: string | null
          user_agent: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id: string
          ip_source: "edge" | "unknown"
          organisation_id: string
          patient_id: string
          record: string
          record_sha256: string
          signed_ip?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
          user_agent?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          ip_source?: "edge" | "unknown"
          organisation_id?: string
          patient_id?: string
          record?: string
          record_sha256?: string
          signed_ip?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
          user_agent?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "signed_form_evidence_organisation_id_id_patient_id_fkey"
            columns: ["organisation_id", "id", "patient_id"]
            isOneToOne: false
            referencedRelation: "signed_forms"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
        ]
      }
      signed_forms: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          capacity: "patient" | "guardian" | "representative"
          case_id: string | null
          content: string | null
          content_sha256: string | null
          created_at: string
          created_by_user_id: string | null
          document_id: string | null
          id: string
          last_status_change_at: string | null
          last_status_change_by_user_id: string | null
          meaning:
            | "consent"
            | "acknowledgement"
            | "financial_responsibility"
            | "assignment_of_benefits"
            | null
          organisation_id: string
          patient_id: string
          patient_status: "active" | "inactive" | "archived"
          signed_at: string | null
          signed_by_user_id: string | null
          status: "draft" | "active" | "terminated"
          template_id: string
          terminated_at: string | null
          terminated_by_user_id: string | null
          termination_reason: string | null
          typed_name: string | null
          updated_at: string
          updated_by_user_id: string | null
          witness_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          capacity?: "patient" | "guardian" | "representative"
          case_id?: string | null
          content?: string | null
          content_sha256?: string | null
          created_at?: string
          created_by_user_id?: string | null
          document_id?: string | null
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          meaning?:
            | "consent"
            | "acknowledgement"
            | "financial_responsibility"
            | "assignment_of_benefits"
            | null
          organisation_id: string
          patient_id: string
          patient_status?: "active" | "inactive" | "archived"
          signed_at?: string | null
          signed_by_user_id?: string | null
          status?: "draft" | "active" | "terminated"
          template_id: string
          terminated_at?: string | null
          terminated_by_user_id?: string | null
          termination_reason?: string | null
          typed_name?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
          witness_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          capacity?: "patient" | "guardian" | "representative"
          case_id?: string | null
          content?: string | null
          content_sha256?: string | null
          created_at?: string
          created_by_user_id?: string | null
          document_id?: string | null
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          meaning?:
            | "consent"
            | "acknowledgement"
            | "financial_responsibility"
            | "assignment_of_benefits"
            | null
          organisation_id?: string
          patient_id?: string
          patient_status?: "active" | "inactive" | "archived"
          signed_at?: string | null
          signed_by_user_id?: string | null
          status?: "draft" | "active" | "terminated"
          template_id?: string
          terminated_at?: string | null
          terminated_by_user_id?: string | null
          termination_reason?: string | null
          typed_name?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
          witness_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "signed_forms_organisation_id_case_id_patient_id_fkey"
            columns: ["organisation_id", "case_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "cases"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
          {
            foreignKeyName: "signed_forms_organisation_id_document_id_patient_id_fkey"
            columns: ["organisation_id", "document_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "documents"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
          {
            foreignKeyName: "signed_forms_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "signed_forms_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "signed_forms_template_id_fkey"
            columns: ["template_id"]
            isOneToOne: false
            referencedRelation: "form_templates"
            referencedColumns: ["id"]
          },
        ]
      }
      subject_request_evidence: {
        Row: {
          actor_kind: "user" | "system"
          answer: string | null
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          evidence: string | null
          id: string
          organisation_id: string
          patient_id: string
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          answer?: string | null
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          evidence?: string | null
          id: string
          organisation_id: string
          patient_id: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          answer?: string | null
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          evidence?: string | null
          id?: string
          organisation_id?: string
          patient_id?: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "subject_request_evidence_organisation_id_id_patient_id_fkey"
            columns: ["organisation_id", "id", "patient_id"]
            isOneToOne: false
            referencedRelation: "subject_requests"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
        ]
      }
      subject_requests: {
        Row: {
          actor_kind: "user" | "system"
          answered_otherwise: string | null
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          due_at: string
          id: string
          kind:
            | "confirmation"
            | "access"
            | "correction"
            | "anonymisation"
            | "erasure"
            | "portability"
            | "sharing_list"
            | "consent_information"
            | "restriction"
            | "objection"
          last_status_change_at: string | null
          last_status_change_by_user_id: string | null
          organisation_id: string
          patient_id: string
          refusal_basis: string | null
          resolved_at: string | null
          status: "received" | "in_progress" | "completed" | "refused"
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          answered_otherwise?: string | null
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          due_at?: string
          id?: string
          kind:
            | "confirmation"
            | "access"
            | "correction"
            | "anonymisation"
            | "erasure"
            | "portability"
            | "sharing_list"
            | "consent_information"
            | "restriction"
            | "objection"
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          organisation_id: string
          patient_id: string
          refusal_basis?: string | null
          resolved_at?: string | null
          status?: "received" | "in_progress" | "completed" | "refused"
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          answered_otherwise?: string | null
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          due_at?: string
          id?: string
          kind?:
            | "confirmation"
            | "access"
            | "correction"
            | "anonymisation"
            | "erasure"
            | "portability"
            | "sharing_list"
            | "consent_information"
            | "restriction"
            | "objection"
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          organisation_id?: string
          patient_id?: string
          refusal_basis?: string | null
          resolved_at?: string | null
          status?: "received" | "in_progress" | "completed" | "refused"
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "subject_requests_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "subject_requests_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
        ]
      }
      transfer_job_patients: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          expires_at: string
          id: string
          language: string | null
          organisation_id: string
          origin_organisation_id: string
          patient_name: string | null
          transfer_id: string
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          expires_at: string
          id: string
          language?: string | null
          organisation_id: string
          origin_organisation_id: string
          patient_name?: string | null
          transfer_id: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          expires_at?: string
          id?: string
          language?: string | null
          organisation_id?: string
          origin_organisation_id?: string
          patient_name?: string | null
          transfer_id?: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "transfer_job_patients_organisation_id_id_fkey"
            columns: ["organisation_id", "id"]
            isOneToOne: true
            referencedRelation: "transfer_job_details"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "transfer_job_patients_organisation_id_id_fkey"
            columns: ["organisation_id", "id"]
            isOneToOne: true
            referencedRelation: "transfer_jobs"
            referencedColumns: ["organisation_id", "id"]
          },
        ]
      }
      transfer_jobs: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          expires_at: string
          id: string
          last_status_change_at: string | null
          last_status_change_by_user_id: string | null
          organisation_id: string
          origin_organisation_id: string
          packet: NonNullable<Json>
          status: "dispatched" | "picked_up" | "delivered" | "cancelled"
          transfer_id: string
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          expires_at: string
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          organisation_id: string
          origin_organisation_id: string
          packet: NonNullable<Json>
          status?: "dispatched" | "picked_up" | "delivered" | "cancelled"
          transfer_id: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          expires_at?: string
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          organisation_id?: string
          origin_organisation_id?: string
          packet?: NonNullable<Json>
          status?: "dispatched" | "picked_up" | "delivered" | "cancelled"
          transfer_id?: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "transfer_jobs_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "transfer_jobs_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "transfer_jobs_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "transfer_jobs_origin_organisation_id_fkey"
            columns: ["origin_organisation_id"]
            isOneToOne: false
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "transfer_jobs_origin_organisation_id_fkey"
            columns: ["origin_organisation_id"]
            isOneToOne: false
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "transfer_jobs_origin_organisation_id_fkey"
            columns: ["origin_organisation_id"]
            isOneToOne: false
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
        ]
      }
      transfers: {
        Row: {
          actor_kind: "user" | "system"
          admission_id: string | null
          archived_at: string | null
          archived_by_user_id: string | null
          case_id: string
          created_at: string
          created_by_user_id: string | null
          destination: string
          id: string
          last_status_change_at: string | null
          last_status_change_by_user_id: string | null
          mobility: "walking" | "wheelchair" | "stretcher" | "incubator"
          organisation_id: string
          patient_id: string
          patient_status: "active" | "inactive" | "archived"
          pickup: string
          pickup_at: string | null
          status:
            | "requested"
            | "accepted"
            | "declined"
            | "dispatched"
            | "picked_up"
            | "delivered"
            | "completed"
            | "cancelled"
          transport_organisation_id: string | null
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          admission_id?: string | null
          archived_at?: string | null
          archived_by_user_id?: string | null
          case_id: string
          created_at?: string
          created_by_user_id?: string | null
          destination: string
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          mobility?: "walking" | "wheelchair" | "stretcher" | "incubator"
          organisation_id: string
          patient_id: string
          patient_status?: "active" | "inactive" | "archived"
          pickup: string
          pickup_at?: string | null
          status?:
            | "requested"
            | "accepted"
            | "declined"
            | "dispatched"
            | "picked_up"
            | "delivered"
            | "completed"
            | "cancelled"
          transport_organisation_id?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          admission_id?: string | null
          archived_at?: string | null
          archived_by_user_id?: string | null
          case_id?: string
          created_at?: string
          created_by_user_id?: string | null
          destination?: string
          id?: string
          last_status_change_at?: string | null
          last_status_change_by_user_id?: string | null
          mobility?: "walking" | "wheelchair" | "stretcher" | "incubator"
          organisation_id?: string
          patient_id?: string
          patient_status?: "active" | "inactive" | "archived"
          pickup?: string
          pickup_at?: string | null
          status?:
            | "requested"
            | "accepted"
            | "declined"
            | "dispatched"
            | "picked_up"
            | "delivered"
            | "completed"
            | "cancelled"
          transport_organisation_id?: string | null
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "transfers_organisation_id_admission_id_patient_id_fkey"
            columns: ["organisation_id", "admission_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "admissions"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
          {
            foreignKeyName: "transfers_organisation_id_case_id_patient_id_fkey"
            columns: ["organisation_id", "case_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "cases"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
          {
            foreignKeyName: "transfers_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "transfers_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "transfers_transport_organisation_id_fkey"
            columns: ["transport_organisation_id"]
            isOneToOne: false
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "transfers_transport_organisation_id_fkey"
            columns: ["transport_organisation_id"]
            isOneToOne: false
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "transfers_transport_organisation_id_fkey"
            columns: ["transport_organisation_id"]
            isOneToOne: false
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
        ]
      }
      vehicle_assignments: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          attendant_id: string | null
          created_at: string
          created_by_user_id: string | null
          driver_id: string
          id: string
          organisation_id: string
          released_at: string | null
          transfer_job_id: string
          updated_at: string
          updated_by_user_id: string | null
          vehicle_id: string
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          attendant_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          driver_id: string
          id?: string
          organisation_id: string
          released_at?: string | null
          transfer_job_id: string
          updated_at?: string
          updated_by_user_id?: string | null
          vehicle_id: string
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          attendant_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          driver_id?: string
          id?: string
          organisation_id?: string
          released_at?: string | null
          transfer_job_id?: string
          updated_at?: string
          updated_by_user_id?: string | null
          vehicle_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "vehicle_assignments_organisation_id_attendant_id_fkey"
            columns: ["organisation_id", "attendant_id"]
            isOneToOne: false
            referencedRelation: "crew_members"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "vehicle_assignments_organisation_id_driver_id_fkey"
            columns: ["organisation_id", "driver_id"]
            isOneToOne: false
            referencedRelation: "crew_members"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "vehicle_assignments_organisation_id_transfer_job_id_fkey"
            columns: ["organisation_id", "transfer_job_id"]
            isOneToOne: false
            referencedRelation: "transfer_job_details"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "vehicle_assignments_organisation_id_transfer_job_id_fkey"
            columns: ["organisation_id", "transfer_job_id"]
            isOneToOne: false
            referencedRelation: "transfer_jobs"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "vehicle_assignments_organisation_id_vehicle_id_fkey"
            columns: ["organisation_id", "vehicle_id"]
            isOneToOne: false
            referencedRelation: "vehicles"
            referencedColumns: ["organisation_id", "id"]
          },
        ]
      }
      vehicles: {
        Row: {
          actor_kind: "user" | "system"
          archived_at: string | null
          archived_by_user_id: string | null
          created_at: string
          created_by_user_id: string | null
          id: string
          kind:
            | "ambulance"
            | "van"
            | "car"
            | "boat"
            | "helicopter"
            | "aeroplane"
          organisation_id: string
          registration: string
          updated_at: string
          updated_by_user_id: string | null
        }
        Insert: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          kind?:
            | "ambulance"
            | "van"
            | "car"
            | "boat"
            | "helicopter"
            | "aeroplane"
          organisation_id: string
          registration: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Update: {
          actor_kind?: "user" | "system"
          archived_at?: string | null
          archived_by_user_id?: string | null
          created_at?: string
          created_by_user_id?: string | null
          id?: string
          kind?:
            | "ambulance"
            | "van"
            | "car"
            | "boat"
            | "helicopter"
            | "aeroplane"
          organisation_id?: string
          registration?: string
          updated_at?: string
          updated_by_user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "vehicles_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "vehicles_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "vehicles_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
        ]
      }
    }
    Views: {
      access_anomalies: {
        Row: {
          amount: number | null
          day: string | null
          first_at: string | null
          kind: string | null
          last_at: string | null
          organisation_id: string
          patient_id: string | null
          records: number | null
          user_id: string | null
        }
        Relationships: []
      }
      access_log: {
        Row: {
          address_source: string | null
          audit_level: string | null
          backend_pid: number | null
          client_address: string | null
          id: string | null
          justification: string | null
          occurred_at: string | null
          operation: string | null
          organisation_id: string | null
          outcome: string | null
          patient_id: string | null
          purpose: string | null
          realm: string | null
          reason: string | null
          role: string | null
          row_id: string | null
          session_id: string | null
          statement_at: string | null
          table_name: string | null
          transaction_at: string | null
          transaction_id: number | null
          user_agent: string | null
          user_id: string | null
        }
        Relationships: []
      }
      app_events: {
        Row: {
          details: Json | null
          event_type: string | null
          id: string | null
          occurred_at: string | null
          organisation_id: string | null
          scrubbed_count: number | null
        }
        Relationships: []
      }
      appointment_details: {
        Row: {
          ends_at: string
          id: string
          organisation_id: string
          patient_id: string
          professional_user_id: string
          reason: string | null
          starts_at: string
          status:
            | "booked"
            | "confirmed"
            | "arrived"
            | "fulfilled"
            | "cancelled"
            | "no_show"
        }
        Relationships: [
          {
            foreignKeyName: "appointments_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "appointments_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "appointments_organisation_id_professional_user_id_fkey"
            columns: ["organisation_id", "professional_user_id"]
            isOneToOne: false
            referencedRelation: "professionals"
            referencedColumns: ["organisation_id", "user_id"]
          },
        ]
      }
      bypass_alerts: {
        Row: {
          actor_login: string | null
          actor_user_id: string | null
          details: Json | null
          event_type: string | null
          id: string | null
          is_latest: boolean | null
          object: string | null
          occurred_at: string | null
          transaction_id: number | null
        }
        Relationships: []
      }
      case_timeline: {
        Row: {
          actor_realm: "provider" | "patient" | "internal_ops" | "system"
          actor_user_id: string | null
          case_id: string | null
          case_number: string | null
          details: NonNullable<Json>
          entity_id: string
          entity_type: string
          event_type: string
          occurred_at: string
          organisation_id: string
        }
        Relationships: [
          {
            foreignKeyName: "case_activity_log_organisation_id_case_id_fkey"
            columns: ["organisation_id", "case_id"]
            isOneToOne: false
            referencedRelation: "cases"
            referencedColumns: ["organisation_id", "id"]
          },
        ]
      }
      context_log: {
        Row: {
          address_source: string | null
          client_address: string | null
          id: string | null
          occurred_at: string | null
          organisation_id: string | null
          purpose: string | null
          realm: string | null
          session_id: string | null
          transaction_id: number | null
          user_agent: string | null
          user_id: string | null
        }
        Relationships: []
      }
      deployment_events: {
        Row: {
          actor_login: string | null
          actor_realm: string | null
          actor_user_id: string | null
          details: Json | null
          event_type: string | null
          id: string | null
          object: string | null
          occurred_at: string | null
          transaction_id: number | null
        }
        Relationships: []
      }
      emergency_access_queue: {
        Row: {
          due_at: string | null
          ends_at: string | null
          grant_id: string
          is_overdue: boolean | null
          may_review: boolean | null
          opened_at: string
          organisation_id: string
          patient_id: string
          reviewer_user_ids: string[] | null
          user_id: string
        }
        Relationships: [
          {
            foreignKeyName: "emergency_access_grants_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "emergency_access_grants_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "emergency_access_grants_organisation_id_user_id_fkey"
            columns: ["organisation_id", "user_id"]
            isOneToOne: false
            referencedRelation: "organisation_members"
            referencedColumns: ["organisation_id", "user_id"]
          },
          {
            foreignKeyName: "emergency_access_grants_organisation_id_user_id_fkey"
            columns: ["organisation_id", "user_id"]
            isOneToOne: false
            referencedRelation: "user_clinic_access"
            referencedColumns: ["clinic_id", "user_id"]
          },
        ]
      }
      medical_record_overview: {
        Row: {
          author_name: string | null
          codes: string[] | null
          created_at: string
          created_by_user_id: string | null
          diagnosis: string | null
          id: string
          medications: NonNullable<Json>
          occurred_at: string | null
          organisation_id: string
          patient_id: string
          physician_notes: string | null
          record_type:
            | "consultation"
            | "observation"
            | "procedure"
            | "prescription"
            | "discharge_summary"
          segments: ("HIV" | "PSY" | "SDV" | "ETH")[]
          supersedes_id: string | null
          treatment_plan: string | null
          version: number
          vitals: NonNullable<Json>
        }
        Relationships: [
          {
            foreignKeyName: "medical_records_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "medical_records_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "medical_records_organisation_id_supersedes_id_patient_id_fkey"
            columns: ["organisation_id", "supersedes_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "medical_record_overview"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
          {
            foreignKeyName: "medical_records_organisation_id_supersedes_id_patient_id_fkey"
            columns: ["organisation_id", "supersedes_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "medical_records"
            referencedColumns: ["organisation_id", "id", "patient_id"]
          },
        ]
      }
      organisation_directory: {
        Row: {
          country: string
          id: string
          name: string
        }
        Relationships: []
      }
      patient_profiles: {
        Row: {
          alerts: string | null
          allergies: string | null
          birth_date: string | null
          email: string | null
          full_name: string
          id: string
          id_last4: string | null
          language: string
          mrn: string
          nationality: string | null
          organisation_id: string
          phone: string | null
          status: "active" | "inactive"
        }
        Relationships: [
          {
            foreignKeyName: "patients_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "patients_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "patients_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
        ]
      }
      processing_without_consent: {
        Row: {
          consent_id: string
          justification: string | null
          legal_basis:
            | "consent"
            | "health_protection"
            | "vital_interest"
            | "legal_obligation"
          organisation_id: string
          patient_id: string
          purpose: string
          recorded_by_user_id: string | null
          since: string | null
        }
        Relationships: [
          {
            foreignKeyName: "consents_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patient_profiles"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "consents_organisation_id_patient_id_fkey"
            columns: ["organisation_id", "patient_id"]
            isOneToOne: false
            referencedRelation: "patients"
            referencedColumns: ["organisation_id", "id"]
          },
          {
            foreignKeyName: "consents_purpose_fkey"
            columns: ["purpose"]
            isOneToOne: false
            referencedRelation: "consent_purposes"
            referencedColumns: ["purpose"]
          },
        ]
      }
      security_events: {
        Row: {
          actor_realm: string | null
          actor_user_id: string | null
          address_source: string | null
          client_address: string | null
          details: Json | null
          entity_id: string | null
          event_type: string | null
          id: string | null
          occurred_at: string | null
          organisation_id: string | null
          session_id: string | null
          transaction_id: number | null
          user_agent: string | null
        }
        Relationships: []
      }
      tombstones: {
        Row: {
          cause: string | null
          cause_id: string | null
          column_name: string | null
          destroyed_at: string | null
          destroyed_by: string | null
          id: string | null
          keys_sha256: string | null
          organisation_id: string | null
          record_keys: string[] | null
          relation: string | null
          row_count: number | null
        }
        Relationships: []
      }
      transfer_job_details: {
        Row: {
          expires_at: string
          id: string
          language: string | null
          organisation_id: string
          origin_organisation_id: string
          packet: NonNullable<Json>
          patient_name: string | null
          status: "dispatched" | "picked_up" | "delivered" | "cancelled"
          transfer_id: string
        }
        Relationships: [
          {
            foreignKeyName: "transfer_jobs_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "transfer_jobs_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "transfer_jobs_organisation_id_fkey"
            columns: ["organisation_id"]
            isOneToOne: false
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "transfer_jobs_origin_organisation_id_fkey"
            columns: ["origin_organisation_id"]
            isOneToOne: false
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "transfer_jobs_origin_organisation_id_fkey"
            columns: ["origin_organisation_id"]
            isOneToOne: false
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "transfer_jobs_origin_organisation_id_fkey"
            columns: ["origin_organisation_id"]
            isOneToOne: false
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
        ]
      }
      user_clinic_access: {
        Row: {
          clinic_id: string
          is_active: boolean
          role:
            | "clinic_admin"
            | "doctor"
            | "nurse"
            | "assistant"
            | "receptionist"
          user_id: string
        }
        Relationships: [
          {
            foreignKeyName: "organisation_members_organisation_id_fkey"
            columns: ["clinic_id"]
            isOneToOne: false
            referencedRelation: "access_anomalies"
            referencedColumns: ["organisation_id"]
          },
          {
            foreignKeyName: "organisation_members_organisation_id_fkey"
            columns: ["clinic_id"]
            isOneToOne: false
            referencedRelation: "organisation_directory"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "organisation_members_organisation_id_fkey"
            columns: ["clinic_id"]
            isOneToOne: false
            referencedRelation: "organisations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "organisation_members_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "profiles"
            referencedColumns: ["user_id"]
          },
        ]
      }
    }
    Functions: {
      accept_invitation: {
        Args: { display_name?: string; token: string }
        Returns: string
      }
      accept_membership: { Args: { organisation_id: string }; Returns: string }
      access_log_exceptions: {
        Args: { since?: string }
        Returns: {
          cause: string
          from_lsn: string | null
          kind: string
          noticed_at: string
          records: number | null
          to_lsn: string
        }[]
      }
      acknowledge_schema_change: {
        Args: { checksum: string; version: string }
        Returns: string
      }
      admit_patient: {
        Args: { bed_id: string; case_id?: string; patient_id: string }
        Returns: string
      }
      appoint_clinic_admin: {
        Args: { organisation_id: string; user_id: string }
        Returns: string
      }
      assign_care: {
        Args: {
          ends_at?: string
          kind: string
          patient_id: string
          user_id: string
        }
        Returns: string
      }
      attach_invoice: {
        Args: { case_id: string; invoice_id: string; organisation_id: string }
        Returns: string
      }
      bent_access_records: {
        Args: { since: string; until?: string }
        Returns: {
          id: string
          occurred_at: string
        }[]
      }
      bent_tombstones: {
        Args: Record<PropertyKey, never>
        Returns: {
          cause: string
          cause_id: string
          organisation_id: string
          problem: string
        }[]
      }
      cancel_transfer: {
        Args: { organisation_id?: string; transfer_id: string }
        Returns: undefined
      }
      close_emergency_access: { Args: { grant_id: string }; Returns: string }
      conclude_transfer: {
        Args: { organisation_id?: string; transfer_id: string }
        Returns: undefined
      }
      consent_receipt: { Args: { consent_id: string }; Returns: Json }
      count_sealed_records: {
        Args: Record<PropertyKey, never>
        Returns: {
          changed: number
          destroyed: number
          gone: number
          records: number
          table_name: string
          tree_size: number
          unsealed: number
        }[]
      }
      create_organisation: {
        Args: {
          country: string
          first_member_user_id: string
          kind: string
          name: string
          regime: string
          timezone: string
        }
        Returns: string
      }
      declare_restricted_read: {
        Args: { justification: string; purpose: string }
        Returns: undefined
      }
      detach_invoice: {
        Args: { invoice_id: string; organisation_id: string }
        Returns: string
      }
      discharge_patient: {
        Args: { admission_id: string; disposition: string }
        Returns: string
      }
      dispatch_transfer: {
        Args: {
          organisation_id?: string
          transfer_id: string
          transport_organisation_id: string
        }
        Returns: string
      }
      end_processor: { Args: { service: string }; Returns: boolean }
      erase_subject: { Args: { request_id: string }; Returns: Json }
      evaluate_policy: {
        Args: { id: string; operation: string; table_name: string }
        Returns: Json
      }
      export_case_timeline: {
        Args: {
          case_id: string
          legal_ground?: string
          organisation_id?: string
          recipient_kind?: string
          recipient_name?: string
        }
        Returns: Json
      }
      export_signed_form: { Args: { form_id: string }; Returns: Json }
      export_subject: {
        Args: { patient_id: string; request_id?: string }
        Returns: Json
      }
      finalise_document: {
        Args: { document_id: string; sha256: string }
        Returns: string
      }
      invite_member: {
        Args: {
          capabilities?: string[]
          email: string
          role: string
          valid_hours?: number
        }
        Returns: {
          expires_at: string
          invitation_id: string
          token: string
        }
      }
      issue_read_ticket: { Args: { document_id: string }; Returns: Json }
      issue_upload_grant: {
        Args: {
          content_type?: string
          file_name: string
          kind: string
          patient_id: string
          size_bytes?: number
        }
        Returns: Json
      }
      list_insight_dispatches: { Args: { latest?: number }; Returns: Json[] }
      list_schema_changes: { Args: { waiting_only?: boolean }; Returns: Json[] }
      list_sealed_records: {
        Args: { from_size?: number; table_name: string; tree_size?: number }
        Returns: Json
      }
      log_app_event: {
        Args: { details?: Json; event_type: string; organisation_id: string }
        Returns: undefined
      }
      open_emergency_access: {
        Args: { minutes?: number; patient_id: string; reason: string }
        Returns: string
      }
      orphaned_objects: {
        Args: { most?: number; organisation_id: string }
        Returns: string[]
      }
      plan_erasure: { Args: { request_id: string }; Returns: Json }
      pre_request: { Args: Record<PropertyKey, never>; Returns: undefined }
      preview_form: { Args: { form_id: string }; Returns: Json }
      prove_consistency: {
        Args: { from_size: number; table_name: string; to_size?: number }
        Returns: Json
      }
      prove_record: {
        Args: { record_key: string[]; table_name: string; tree_size?: number }
        Returns: Json
      }
      read_medical_record: {
        Args: { justification: string; purpose: string; record_id: string }
        Returns: Json
      }
      record_disclosure_made: {
        Args: {
          content: string[]
          disclosed_at?: string
          legal_ground?: string
          patient_id: string
          purpose: string
          recipient_kind: string
          recipient_name: string
        }
        Returns: undefined
      }
      redeem_read_ticket: {
        Args: { organisation_id: string; ticket_id: string }
        Returns: Json
      }
      register_processor: {
        Args: {
          dpa_from: string
          dpa_until: string
          name: string
          no_training: boolean
          service: string
        }
        Returns: string
      }
      reject_schema_change: {
        Args: { checksum: string; note: string; version: string }
        Returns: string
      }
      rely_on_legal_basis: {
        Args: {
          justification: string
          legal_basis: string
          patient_id: string
          purpose: string
        }
        Returns: string
      }
      review_emergency_access: {
        Args: { grant_id: string; note: string; outcome: string }
        Returns: string
      }
      seal_head: { Args: Record<PropertyKey, never>; Returns: Json }
      seal_records: { Args: Record<PropertyKey, never>; Returns: Json[] }
      search_patients: {
        Args: { most?: number; organisation_id: string; part_of_name: string }
        Returns: {
          full_name: string
          id: string
          language: string
          mrn: string
          status: string
        }[]
      }
      set_context: {
        Args: { organisation_id: string; purpose?: string }
        Returns: string
      }
      set_document_status: {
        Args: { document_id: string; reason: string; status: string }
        Returns: string
      }
      set_smart_insights: { Args: { enabled: boolean }; Returns: boolean }
      sign_form: {
        Args: {
          content_sha256?: string
          form_id: string
          meaning: string
          typed_name: string
        }
        Returns: Json
      }
      simulate_policy: {
        Args: {
          address?: string
          at?: string
          id: string
          operation: string
          purpose?: string
          table_name: string
          user_id: string
        }
        Returns: Json
      }
      smart_insights_payload: {
        Args: Record<PropertyKey, never>
        Returns: Json
      }
      smart_insights_suggestions: {
        Args: Record<PropertyKey, never>
        Returns: Json[]
      }
      terminate_form: {
        Args: { form_id: string; reason: string }
        Returns: string
      }
      verify_document: {
        Args: { document_id: string; organisation_id: string; sha256: string }
        Returns: boolean
      }
      watch_catalog: { Args: Record<PropertyKey, never>; Returns: Json[] }
      who_saw_record: {
        Args: { patient_id: string; since?: string }
        Returns: {
          display_name: string | null
          in_emergency: boolean
          kind: string
          occurred_at: string
          organisation_id: string
          purpose: string | null
          records: number
          role: string | null
        }[]
      }
      withdraw_consent: {
        Args: { consent_id: string; reason?: string }
        Returns: string
      }
    }
    Enums: {
      [_ in never]: never
    }
    CompositeTypes: {
      [_ in never]: never
    }
  }
}

type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">]

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends {
  schema: keyof DatabaseWithoutInternals
}
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] &
        DefaultSchema["Views"])
    ? (DefaultSchema["Tables"] &
        DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
        Row: infer R
      }
      ? R
      : never
    : never

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends {
  schema: keyof DatabaseWithoutInternals
}
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
        Insert: infer I
      }
      ? I
      : never
    : never

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends {
  schema: keyof DatabaseWithoutInternals
}
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
        Update: infer U
      }
      ? U
      : never
    : never

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends (DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never) = never,
> = DefaultSchemaEnumNameOrOptions extends {
  schema: keyof DatabaseWithoutInternals
}
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
    ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
    : never

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends (PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never) = never,
> = PublicCompositeTypeNameOrOptions extends {
  schema: keyof DatabaseWithoutInternals
}
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
    ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
    : never
